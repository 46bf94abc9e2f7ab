import type { Answer, DataServer } from './data-server.js';
import type { Finding } from './finding.js';
import type { WhatToAsk } from './what-to-ask.js';

/** A server and what it answered to one usual question, to compare with. */
export interface Probed extends WhatToAsk {
  readonly server: DataServer;
  readonly answer: Answer;
  /** Of the channel with the most rows. */
  readonly busiest: string;
  /** Its pulse ids, sorted, each once. */
  readonly pulseIds: readonly number[];
}

/** Looks at one thing that a writer relies on. */
export interface Check {
  /** Stable word. */
  readonly name: string;
  readonly run: (probed: Probed) => Promise<Finding[]> | Finding[];
}

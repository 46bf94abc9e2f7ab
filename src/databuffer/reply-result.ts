import type { PulseRange } from '../request/pulse-range.js';
import type { ChannelReport } from '../rows/channel-report.js';

/** What was asked for: rows beyond it are stored all the same, and counted. */
export interface Expected {
  readonly channels: readonly string[];
  /** Both ends included; absent when the question was not asked in pulse ids. */
  readonly range?: PulseRange;
}

/** What became of a reply that was read to its end. */
export interface ReplyResult {
  /** Every channel of the reply, failed ones included, in the order in which they came. */
  readonly channels: readonly ChannelReport[];
  /** Names that were asked for and did not come. */
  readonly missing: readonly string[];
  /** Names that came without having been asked for. */
  readonly notRequested: readonly string[];
  /** Bytes of the reply. */
  readonly bytes: number;
  /** Rows handed to the sink, all channels together. */
  readonly rows: number;
}

import type { DataApiProtocol } from '../../config/writer-settings.js';
import { DataServer } from './data-server.js';
import type { Finding } from './finding.js';
import { type Known, probe } from './probe.js';
import type { WhatToAsk } from './what-to-ask.js';

export interface Outcome {
  readonly asked?: WhatToAsk;
  /** With the names of their checks. */
  readonly findings: (Finding & { readonly check: string })[];
}

/** All that a probe says of a server. */
export async function probed(
  url: string,
  known: Partial<Known> = {},
  protocol: DataApiProtocol = 'json',
): Promise<Outcome> {
  const api4Url = protocol === 'api4' ? url : undefined;
  const server = new DataServer({ url, api4Url }, protocol, {});
  const outcome: Outcome = { findings: [] };
  try {
    for await (const news of probe(server, { channels: [], fits: () => true, ...known })) {
      if ('check' in news) {
        const { check } = news;
        outcome.findings.push(...news.findings.map((finding) => ({ check, ...finding })));
      } else Object.assign(outcome, { asked: news });
    }
    return outcome;
  } finally {
    await server.close();
  }
}

/** What costs something, or is noted. */
export const oddities = ({ findings }: Outcome) =>
  findings.filter(({ verdict }) => verdict === 'note' || verdict === 'deviation');

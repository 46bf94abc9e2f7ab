import type { ChannelCounts } from '../report/channel-counts.js';
import { CHANNEL_COUNTS } from '../report/count-channels.js';
import type { Metrics } from './metrics.js';

const HELP: Readonly<Record<(typeof CHANNEL_COUNTS)[number], string>> = {
  channels_asked: 'Channels that settled requests asked for, each request on its own.',
  channels_written: 'Channels asked for that are in a file.',
  channels_missing: 'Channels asked for that were not in the reply.',
  channels_failed: 'Channels asked for that could not be stored.',
  channels_with_problems: 'Channels written with something wrong in some of their points.',
  channels_short: 'Channels written with points missing at an end of the asked range.',
};

/** Channels by outcome, all requests together. */
export class ChannelTotals {
  private readonly totals = new Map(CHANNEL_COUNTS.map((name) => [name, 0]));

  /** @param service `broker` or `writer`, the beginning of the metrics' names */
  constructor(metrics: Metrics, service: string) {
    for (const name of CHANNEL_COUNTS) {
      const description = { name: `${service}_${name}_total`, help: HELP[name] };
      metrics.counter(description, () => this.totals.get(name)!);
    }
  }

  add(counts: ChannelCounts): void {
    for (const [name, total] of this.totals) this.totals.set(name, total + (counts[name] ?? 0));
  }
}

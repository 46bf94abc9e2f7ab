import type { ChannelCounts, IncompleteChannel } from './channel-counts.js';
import type { ChannelReport } from './channel-report.js';
import { INCOMPLETENESS, type Incompleteness } from './incompleteness.js';

/** Names of {@link ChannelCounts}, in the order in which they are shown. */
export const CHANNEL_COUNTS = [
  'channels_asked',
  'channels_written',
  'channels_missing',
  'channels_failed',
  'channels_with_problems',
  'channels_short',
] as const satisfies readonly (keyof ChannelCounts)[];

/** The parts of a report that channels are counted by. */
interface CountedReport extends ChannelCounts {
  readonly channels: readonly ChannelReport[];
  readonly not_requested: readonly string[];
}

/**
 * Outcomes of the channels of a request; nothing where no channel is named.
 *
 * @param asked how many different ones it asked for; by default as many as are named
 */
export function countChannels(
  { channels, not_requested }: Pick<CountedReport, 'channels' | 'not_requested'>,
  asked?: number,
): ChannelCounts {
  const others = new Set(not_requested);
  const own = channels.filter(({ name }) => name !== '' && !others.has(name));
  if (own.length === 0) return asked === undefined ? {} : { channels_asked: asked };
  const written = own.filter(({ failure }) => !failure);
  const missing = own.filter(isMissing).length;
  return {
    channels_asked: asked ?? own.length,
    channels_written: written.length,
    channels_missing: missing,
    channels_failed: own.length - written.length - missing,
    channels_with_problems: written.filter(({ problems }) => problems.length > 0).length,
    channels_short: written.filter(({ short }) => short).length,
  };
}

/** The counts of a report; counted here where its writer is one that does not send them. */
export function countsOf(report: CountedReport): ChannelCounts {
  if (report.channels_asked === undefined) return countChannels(report);
  return Object.fromEntries(CHANNEL_COUNTS.map((name) => [name, report[name]]));
}

/** Whether some of what was asked for is not in the file; undefined where that is not known. */
export function isIncomplete(counts: ChannelCounts): boolean | undefined {
  const { channels_missing: missing, channels_failed: failed, channels_short: short } = counts;
  if (missing === undefined) return undefined;
  return missing + (failed ?? 0) + (short ?? 0) > 0;
}

/** Names of incomplete channels that the entry of a request has in lists. */
const NAMED = 5;

/**
 * The first channels asked for that are not, or not wholly, in the file: missing ones first, then failed, then
 * short ones; undefined where there are none.
 */
export function firstIncomplete({
  channels,
  not_requested,
}: Pick<CountedReport, 'channels' | 'not_requested'>): IncompleteChannel[] | undefined {
  const others = new Set(not_requested);
  const found = new Map<Incompleteness, string[]>(INCOMPLETENESS.map((why) => [why, []]));
  for (const channel of channels) {
    const why = incompletenessOf(channel);
    const names = why && found.get(why)!;
    if (names && names.length < NAMED && channel.name !== '' && !others.has(channel.name)) {
      names.push(channel.name);
    }
  }
  const all = [...found].flatMap(([why, names]) => names.map((name) => ({ name, why })));
  return all.length === 0 ? undefined : all.slice(0, NAMED);
}

function incompletenessOf(channel: ChannelReport): Incompleteness | undefined {
  if (isMissing(channel)) return 'missing';
  if (channel.failure) return 'failed';
  return channel.short ? 'short' : undefined;
}

/** Whether the channel was asked for and is not in the reply. */
export function isMissing({ failure }: ChannelReport): boolean {
  return failure?.code === 'missing';
}

import type { PulseRange } from '../request/pulse-range.js';
import { mergeReports } from './merge-reports.js';
import type { ChannelReport } from '../report/channel-report.js';

/** The range asked for: rows beyond it are stored all the same, and counted. */
export interface Expected {
  readonly channels: readonly string[];
  /** Both ends included; absent when the question was not asked in pulse ids. */
  readonly range?: PulseRange;
}

/** The result of a reply that was read to its end. */
export interface ReplyResult {
  /** Every channel of the reply once, failed ones included, in the order in which they came. */
  readonly channels: readonly ChannelReport[];
  /** Names that were asked for and did not come. */
  readonly missing: readonly string[];
  /** Names that came without having been asked for. */
  readonly notRequested: readonly string[];
  /** Bytes of the reply. */
  readonly bytes: number;
  /** Rows handed to the sink, all channels together. */
  readonly rows: number;
  /** Channels whose source has proven that nothing more will ever come; where a source can't prove it, none. */
  readonly complete?: ReadonlySet<string>;
  /** By channel: what its source says of it beside its data. */
  readonly descriptions?: ReadonlyMap<string, ChannelDescription>;
}

/** Texts that a channel's source has of it. */
export interface ChannelDescription {
  /** Of its values, e.g. `mm`. */
  readonly units?: string;
  readonly description?: string;
}

/**
 * The result of a reply.
 *
 * @param channels of each piece of a channel, in the order in which they came
 * @param came names of the channels in it
 * @param requested names that were asked for
 */
export function resultOf(
  channels: readonly ChannelReport[],
  came: ReadonlySet<string>,
  requested: readonly string[],
  bytes: number,
): ReplyResult {
  return {
    channels: mergeReports(channels),
    missing: [...new Set(requested)].filter((name) => !came.has(name)),
    notRequested: [...came].filter((name) => !requested.includes(name)),
    bytes,
    rows: channels.reduce((sum, { rows }) => sum + rows, 0),
  };
}

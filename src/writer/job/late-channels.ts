import type { ReplyResult } from '../../databuffer/reply-result.js';
import type { Channel } from '../../request/channel.js';
import type { ParsedWriteRequest } from '../../request/parse-write-request.js';
import type { PulseRange } from '../../request/pulse-range.js';
import { missingAtEnds } from '../../request/pulse-rate.js';
import type { CountingSink } from './counting-sink.js';

/** A channel that lacks rows at the end of the asked range. */
export interface LateChannel {
  readonly channel: Channel;
  /** The first pulse that may be missing. */
  readonly from: number;
  /** Whether another channel reaches further, by a step of this one or more. */
  readonly lags: boolean;
}

/**
 * The channels whose rows end too early, at their own rate, unless it is proven that no more come. With fewer than two rows a channel may be
 * a slow one: then it is late only where no channel has two. One that does not follow pulses is never late.
 *
 * @param range that was asked for
 * @param reply what became of the channels so far
 * @param counter what their rows went through
 */
export function lateChannels(
  { channels }: Pick<ParsedWriteRequest, 'channels'>,
  range: PulseRange,
  reply: Pick<ReplyResult, 'channels' | 'complete'>,
  counter: CountingSink,
): LateChannel[] {
  const { startPulseId, endPulseId } = range;
  const spans = new Map(
    reply.channels
      .filter(({ failure }) => !failure)
      .map(({ name }) => [name, counter.stepsOf(name)!.span()]),
  );
  let reach = startPulseId - 1;
  let someHaveRate = false;
  for (const { last = reach, step } of spans.values()) {
    reach = Math.max(reach, Math.min(last, endPulseId));
    someHaveRate ||= step !== undefined;
  }
  return channels.flatMap((channel) => {
    const span = spans.get(channel.name);
    if (reply.complete?.has(channel.name)) return [];
    if (!span || span.followsPulses === false || (span.step === undefined && someHaveRate))
      return [];
    const last = Math.max(span.last ?? startPulseId - 1, startPulseId - 1);
    const after = missingAtEnds(span, range)?.after ?? Math.max(endPulseId - last, 0);
    if (after === 0) return [];
    return [{ channel, from: last + 1, lags: reach - last >= (span.step ?? 1) }];
  });
}

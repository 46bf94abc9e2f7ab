import { askedPulses } from '../asked-pulses.js';
import { firstPulseFrom, lastPulseUntil } from '../pulse-clock.js';
import type { Api4Channel } from './api4-channel.js';
import type { EventsQuery } from './events-query.js';

const NS_PER_MS = 1_000_000n;

/** A channel's points that a query asks for, by their pulses; none where the last one lies before the first. */
export interface AskedPoints {
  readonly channel: Api4Channel;
  readonly firstPulse: number;
  readonly lastPulse: number;
  readonly oneBeforeRange: boolean;
  /** Whether the range is over: nothing will ever be added to it. */
  readonly isFinal: boolean;
}

/** @param nowMs ms since the epoch; there are no points after it */
export function askedPoints(channel: Api4Channel, query: EventsQuery, nowMs: number): AskedPoints {
  const now = BigInt(nowMs) * NS_PER_MS;
  const behind = BigInt(channel.behindPulse ?? 0);
  const last = query.end <= now ? query.end - 1n : now;
  return {
    channel,
    firstPulse: firstPulseFrom(query.begin - behind),
    lastPulse: lastPulseUntil(last - behind),
    oneBeforeRange: query.oneBeforeRange,
    isFinal: query.end <= now,
  };
}

/** The pulses of the points, in order. */
export function pulsesOfPoints(points: AskedPoints): Generator<number> {
  const { channel, firstPulse, lastPulse, oneBeforeRange } = points;
  return askedPulses(channel, {
    range: {
      startPulseId: firstPulse,
      endPulseId: lastPulse,
      startExpansion: oneBeforeRange,
      endExpansion: false,
    },
    ordering: 'asc',
  });
}

/** About the first half of the points, at least one pulse. */
export function firstHalf(points: AskedPoints): AskedPoints {
  const { firstPulse, lastPulse } = points;
  if (lastPulse <= firstPulse) return points;
  return { ...points, lastPulse: Math.floor((firstPulse + lastPulse) / 2) };
}

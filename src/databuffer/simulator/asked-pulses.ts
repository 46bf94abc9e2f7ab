import { LAST_PULSE_ID } from './pulse-clock.js';
import type { SimulatorQuery } from './query.js';
import { hasPoint, pulsesOf, pulseStep, type SimulatedChannel } from './simulated-channel.js';

/** The pulses of a channel's points that a query asks for, in its order. */
export function* askedPulses(
  channel: SimulatedChannel,
  { range, ordering }: Pick<SimulatorQuery, 'range' | 'ordering'>,
): Generator<number> {
  const { startPulseId, endPulseId, startExpansion, endExpansion } = range;
  const isDescending = ordering === 'desc';
  const before = startExpansion ? nearest(channel, startPulseId - 1, -1) : undefined;
  const after = endExpansion ? nearest(channel, endPulseId + 1, 1) : undefined;
  const [first, last] = isDescending ? [after, before] : [before, after];
  if (first !== undefined) yield first;
  yield* pulsesOf(channel, startPulseId, endPulseId, isDescending);
  if (last !== undefined) yield last;
}

/** The channel's point at a pulse, or the next one in a direction. */
function nearest(channel: SimulatedChannel, from: number, direction: 1 | -1): number | undefined {
  const step = pulseStep(channel);
  if (step === undefined) return undefined;
  const round = direction === 1 ? Math.ceil : Math.floor;
  let id = Math.max(round(from / step), direction === 1 ? 0 : -1) * step;
  if (direction === -1) id = Math.min(id, Math.floor(LAST_PULSE_ID / step) * step);
  while (id >= 0 && id <= LAST_PULSE_ID && !hasPoint(channel, id)) id += direction * step;
  return id >= 0 && id <= LAST_PULSE_ID ? id : undefined;
}

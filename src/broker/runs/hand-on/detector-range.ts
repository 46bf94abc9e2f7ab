import type { PulseRange } from '../../../request/pulse-range.js';

/**
 * The pulses of a rate that a detector's writer is asked for: the first and the last one of the range that the
 * rate divides.
 *
 * @returns from 0, and to the range's own end, where there is none
 */
export function detectorRange({ startPulseId, endPulseId }: PulseRange, rate: number): PulseRange {
  const first = Math.ceil(startPulseId / rate) * rate;
  if (first > endPulseId) return { startPulseId: 0, endPulseId };
  return { startPulseId: first, endPulseId: Math.floor(endPulseId / rate) * rate };
}

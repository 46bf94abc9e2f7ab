import type { PulseRange } from '../request/pulse-range.js';

/**
 * The pulses that are asked of the data buffer for an acquisition: at a lower rate, an end that is a pulse of
 * that rate is moved outwards by one, so that nobody's idea of an open end leaves it out.
 */
export function adjustedRange({ startPulseId, endPulseId }: PulseRange, rate: number): PulseRange {
  if (rate === 1) return { startPulseId, endPulseId };
  return {
    startPulseId: startPulseId % rate === 0 ? Math.max(startPulseId - 1, 0) : startPulseId,
    endPulseId: endPulseId % rate === 0 ? Math.min(endPulseId + 1, 2 ** 53) : endPulseId,
  };
}

import type { Channel } from '../../request/channel.js';
import type { ElementType } from '../../encoding/element-type.js';
import { LAST_PULSE_ID } from './pulse-clock.js';

/** The signal in a channel's elements; `signals.ts` computes it. */
export type SignalName =
  | 'wave'
  | 'spot'
  | 'pulse-id'
  | 'extremes'
  | 'not-a-number'
  | 'not-a-number-at-times'
  | 'nulls'
  | 'steps'
  | 'state';

/**
 * How the same value is spelled in JSON: as usual; NaN and Infinity in quotes; a scalar as a list
 * of one; strings in ASCII with `\u` escapes; null for NaN and Infinity.
 */
export type Spelling = 'plain' | 'quoted' | 'listed' | 'escaped' | 'nulled';

/** Points a second: the machine's rate or a whole fraction of it; 0 for a channel without data. */
export type Rate = 100 | 50 | 25 | 10 | 1 | 0;

/** A channel that the simulator has. */
export interface SimulatedChannel extends Channel {
  readonly type: ElementType;
  /** Fastest dimension first: `[]`, `[1]`, `[1024]`, `[X, Y]`. */
  readonly shape: readonly number[];
  readonly rate: Rate;
  readonly description: string;
  readonly signal: SignalName;
  readonly spelling: Spelling;
  /** Out of every so many pulses the last ones are missing, as when a source stops now and then. */
  readonly gap?: { readonly every: number; readonly missing: number };
}

const MACHINE_RATE = 100;

/** Whether values are bare scalars: shapes `[]` and `[1]`. */
export function isScalar(channel: SimulatedChannel): boolean {
  return channel.shape.length === 0 || (channel.shape.length === 1 && channel.shape[0] === 1);
}

/** Whether the channel has a point at a pulse. */
export function hasPoint(channel: SimulatedChannel, pulseId: number): boolean {
  if (channel.rate === 0 || pulseId % (MACHINE_RATE / channel.rate) !== 0) return false;
  return !channel.gap || pulseId % channel.gap.every < channel.gap.every - channel.gap.missing;
}

/** Pulses from one point to the next, where none is missing; undefined for a channel without data. */
export function pulseStep({ rate }: SimulatedChannel): number | undefined {
  return rate === 0 ? undefined : MACHINE_RATE / rate;
}

/** The pulses of a range, both ends included, at which the channel has a point. */
export function* pulsesOf(
  channel: SimulatedChannel,
  startPulseId: number,
  endPulseId: number,
  isDescending = false,
): Generator<number> {
  const step = pulseStep(channel);
  if (step === undefined) return;
  const first = Math.ceil(Math.max(0, startPulseId) / step) * step;
  const last = Math.floor(Math.min(endPulseId, LAST_PULSE_ID) / step) * step;
  if (isDescending) {
    for (let id = last; id >= first; id -= step) if (hasPoint(channel, id)) yield id;
  } else {
    for (let id = first; id <= last; id += step) if (hasPoint(channel, id)) yield id;
  }
}

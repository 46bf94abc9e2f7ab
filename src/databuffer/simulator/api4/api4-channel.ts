import type { ElementType } from '../../../encoding/element-type.js';
import { ringOffset } from '../ring.js';
import { elementAt, type Scalar, seedOf } from '../signals.js';
import { isScalar, type SimulatedChannel } from '../simulated-channel.js';
import { timestampOf } from '../pulse-clock.js';

/** Types as API 4 names them. */
const SCALAR_TYPES: Record<ElementType, string> = {
  ...{ int8: 'i8', int16: 'i16', int32: 'i32', int64: 'i64' },
  ...{ uint8: 'u8', uint16: 'u16', uint32: 'u32', uint64: 'u64' },
  ...{ float32: 'f32', float64: 'f64', bool: 'bool', string: 'string' },
};

/** A channel with what only API 4 tells of it, or can have. */
export interface Api4Channel extends SimulatedChannel {
  readonly unit?: string;
  /** Names of an enum's values, by their indices. */
  readonly enumNames?: readonly string[];
  /** Of a channel that goes by its own clock: nanoseconds from a pulse to the value; it has no pulse ids. */
  readonly behindPulse?: number;
  /** Every so many pulses a waveform has fewer elements than its shape says. */
  readonly shorter?: { readonly every: number; readonly length: number };
  /** Milliseconds before each row of a reply. */
  readonly rowPauseMs?: number;
  /** Milliseconds before the reply begins. */
  readonly latencyMs?: number;
}

export function scalarTypeOf({ type, enumNames }: Api4Channel): string {
  return enumNames === undefined ? SCALAR_TYPES[type] : 'enum';
}

/** As API 4 tells it: scalars have no dimension. */
export function shapeOf(channel: Api4Channel): readonly number[] {
  return isScalar(channel) ? [] : channel.shape;
}

/** Nanoseconds since the epoch of the channel's value at a pulse. */
export function timeOf({ behindPulse = 0 }: Api4Channel, pulseId: number): bigint {
  return timestampOf(pulseId) + BigInt(behindPulse);
}

export function isPulsed({ behindPulse }: Api4Channel): boolean {
  return behindPulse === undefined;
}

/** Elements of a waveform at a pulse. */
export function lengthAt({ shape, shorter }: Api4Channel, pulseId: number): number {
  return shorter && pulseId % shorter.every === 0 ? shorter.length : shape[0];
}

/** Finds the values of one channel. */
export class ChannelValues {
  private readonly seed: number;

  constructor(readonly channel: Api4Channel) {
    this.seed = seedOf(channel.name);
  }

  /** Of a scalar; null where it has none at that pulse. */
  scalar(pulseId: number): Scalar {
    return elementAt(this.channel, pulseId, this.seed);
  }

  /** Of a waveform: where it lies on the ring. */
  window(pulseId: number): { offset: number; length: number } {
    const offset = ringOffset(this.channel, this.seed, pulseId);
    return { offset, length: lengthAt(this.channel, pulseId) };
  }

  /** Of an enum. */
  nameOf(index: Scalar): string {
    return this.channel.enumNames?.[Number(index)] ?? '';
  }
}

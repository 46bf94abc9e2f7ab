import type { ElementType, NumericArray } from '../../encoding/element-type.js';
import type { MalformedMessage } from '../errors.js';

/** Seconds and nanoseconds since the epoch. */
export interface BsreadTimestamp {
  readonly sec: number;
  readonly ns: number;
}

/**
 * A channel's value: a scalar for the shapes `[]` and `[1]`, else all elements in a row, fastest
 * dimension first. 64-bit integers are bigint; a string is one text, whatever its shape.
 */
export type BsreadValue = number | bigint | boolean | string | NumericArray | readonly boolean[];

export type ByteOrder = 'little' | 'big';

/** A channel that was announced and can't be read; the receiver decides whether that matters. */
export interface UnreadableChannel {
  readonly name: string;
  readonly value: undefined;
  readonly timestamp: undefined;
  readonly problem: MalformedMessage;
}

/** One channel of a message. */
export interface BsreadChannel {
  readonly name: string;
  readonly type: ElementType;
  /** Dimensions, fastest first. */
  readonly shape: readonly number[];
  readonly encoding: ByteOrder;
  /** Undefined where the sender had none. */
  readonly value: BsreadValue | undefined;
  /** Undefined where the value or its timestamp is missing. */
  readonly timestamp: BsreadTimestamp | undefined;
  readonly problem?: undefined;
}

/** A bsread 1.1 message (`bsr_m-1.1`, `bsr_d-1.1`). */
export interface BsreadMessage {
  /** Counter of the sender's messages, from 0, where no machine gives pulse ids. */
  readonly pulseId: number;
  /** Undefined if the sender gave none, or an unreadable one. */
  readonly globalTimestamp: BsreadTimestamp | undefined;
  /** By name, in the order of the data header. */
  readonly channels: ReadonlyMap<string, BsreadChannel | UnreadableChannel>;
}

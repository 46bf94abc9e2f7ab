import type { ElementType, NumericArray, NumericType } from '../encoding/element-type.js';
import type { TextColumn } from './text-column.js';

/** The properties of a channel that its rows are stored by. */
export interface ChannelHeader {
  readonly name: string;
  readonly type: ElementType;
  /** As the data API gives it, fastest dimension first: `[]`, `[1]`, `[1024]`, `[X, Y]`. */
  readonly shape: readonly number[];
  /** As the source says it, where its values may say otherwise; undefined where it says nothing. */
  readonly declared?: readonly number[];
  /** Whether each value has a text besides: the names of an enum's values. */
  readonly isLabelled?: boolean;
}

/** Elements of one value: the product of the shape; 1 for a scalar. */
export function elementsPerValue(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** Whether two shapes say the same: dimensions of one behind the last that is not count for nothing. */
export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  const dimensions = Math.max(a.length, b.length);
  for (let i = 0; i < dimensions; i++) if ((a[i] ?? 1) !== (b[i] ?? 1)) return false;
  return true;
}

/**
 * Some consecutive rows of one channel, column by column.
 *
 * A block belongs to whoever made it and may be filled anew after the call that it was handed to:
 * a receiver copies what it wants to keep.
 */
export interface RowBlock {
  /** Number of rows N; the arrays may be longer, what lies behind is unused. */
  readonly rows: number;
  /** -1 where a row has none: its channel does not follow pulses. */
  readonly pulseIds: BigInt64Array;
  /** Nanoseconds since the epoch; 0 where the point had no readable date. */
  readonly timestamps: BigInt64Array;
  /**
   * The dates' text as the server sent it; empty without a date. Undefined where the server sends none: then it is
   * that of the timestamps, see `DateText`.
   */
  readonly globalDates: TextColumn | undefined;
  /** 1 where the row has a value, 0 where the value is zeros because it could not be stored. */
  readonly present: Uint8Array;
  readonly values: NumericValues | TextValues;
  /** N × elementsPerValue texts, row after row, of a labelled channel; absent of others. */
  readonly labels?: TextColumn;
}

/**
 * Some consecutive rows of one channel whose values stay compressed as they came.
 *
 * Columns and ownership are those of `RowBlock`. A row with `present` 0 has an empty `packed`.
 */
export interface PackedBlock extends Omit<RowBlock, 'values'> {
  /**
   * N values, each whole and byte for byte a chunk of HDF5's filter 32008 (bitshuffle, options 0, 2):
   * big endian `int64` unpacked size and `int32` block size, then the bitshuffle-LZ4 stream of the
   * elements, little endian. `checkBitshuffleLz4` has found nothing wrong with them.
   */
  readonly packed: readonly Uint8Array[];
}

/** `array` has N × elementsPerValue elements, row after row. */
export interface NumericValues {
  readonly type: NumericType;
  readonly array: NumericArray;
}

/** `text` has N × elementsPerValue entries, row after row. */
export interface TextValues {
  readonly type: 'string';
  readonly text: TextColumn;
}

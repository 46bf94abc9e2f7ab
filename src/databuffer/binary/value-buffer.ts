import type { NumericValues, TextValues } from '../../rows/row-block.js';
import type { StoredFault } from '../blocks/problem-tally.js';
import type { Encoding } from './channel-description.js';

/** The values of a block of rows, filled from the bytes of events. */
export interface ValueBuffer {
  readonly values: NumericValues | TextValues;
  /** Whether the block should not take more rows, for its size. */
  readonly full: boolean;
  /**
   * Takes `bytes[start]` to before `bytes[end]` as the value of a row, the one after the last. A
   * value that can't be stored is left empty.
   */
  put(
    row: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    encoding: Encoding,
  ): StoredFault | undefined;
  /** The block was handed on: begins anew. */
  clear(): void;
}

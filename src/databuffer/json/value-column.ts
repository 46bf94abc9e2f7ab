import type { NumericValues, TextValues } from '../../rows/row-block.js';
import type { ValueFault } from '../blocks/problem-tally.js';
import type { CellPage } from './cell-page.js';

/**
 * The values of a block: turns cells into elements of the channel's type.
 *
 * A value comes in any number of pieces, between `beginRow` and `endRow`.
 */
export interface ValueColumn {
  readonly values: NumericValues | TextValues;
  /** Whether the block should not take more rows, for its size. */
  readonly full: boolean;
  /** The first thing wrong with an element of the current row. */
  readonly fault: ValueFault | undefined;
  /** Parts of the current row that were lost although it is stored. */
  readonly loss: ValueFault | undefined;
  beginRow(): void;
  /** Takes the cells from `from` to before `to` into the current row, as far as it has room. */
  take(page: CellPage, from: number, to: number): void;
  /** The row is over; what was not filled is empty, and all of it if it is not `present`. */
  endRow(present: boolean): void;
  /** The row is over, and dropped. */
  dropRow(): void;
  /**
   * Takes each cell as a row of its own, as long as all is well with them.
   *
   * @returns how many cells were taken
   */
  takeRows(page: CellPage, from: number, to: number): number;
  /** The block was handed on: begins anew. */
  clear(): void;
}

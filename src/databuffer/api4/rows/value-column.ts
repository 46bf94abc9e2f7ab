import type { NumericValues, TextValues } from '../../../rows/row-block.js';
import type { TextColumn } from '../../../rows/text-column.js';
import type { StoredFault } from '../../blocks/problem-tally.js';
import type { CborReader } from '../cbor/cbor-reader.js';

/** The values of a block of rows, filled from CBOR. */
export interface ValueColumn {
  readonly values: NumericValues | TextValues;
  readonly labels?: TextColumn;
  /** Rows of a block at most. */
  readonly capacity: number;
  /** Rows to be read before `full` is asked: their texts may be long. */
  readonly rowsAtOnce: number;
  /** Whether the block should not take more rows, for its size. */
  readonly full: boolean;
  /**
   * Reads the values of rows that are all as they should be.
   *
   * @param row the first one
   * @returns how many it were: the next one, if there is one, is for `readRow`
   */
  readRows(reader: CborReader, row: number, count: number): number;
  /**
   * Reads the value of a row, the one after the last, whatever it is.
   *
   * @param labels where its texts are, of an enum
   * @returns what is wrong with it: unless it is `stored`, the row is zeros or empty texts
   */
  readRow(reader: CborReader, row: number, labels: CborReader | undefined): StoredFault | undefined;
  /** A block begins, in memory that others use between blocks. */
  begin(): void;
}

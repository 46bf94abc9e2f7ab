/**
 * Text of many rows in one buffer: UTF-8 bytes one after another.
 *
 * Row i is `bytes[ends[i - 1] ?? 0] … bytes[ends[i]]`, without a terminator.
 * Two arrays for any number of rows: no string object a row, and the bytes go to HDF5 as they are.
 */
export interface TextColumn {
  /** At least `ends[rows - 1]` bytes; what lies behind is unused. */
  readonly bytes: Uint8Array;
  /** At least `rows` entries: where each row's text ends in `bytes`. */
  readonly ends: Uint32Array;
}

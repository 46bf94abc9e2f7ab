import { DATASPACE, LAYOUT, MESSAGE } from '../format/object-header.js';
import type { MessageChange } from '../library/header-patch.js';

/**
 * What changes a contiguous dataset into one of fewer rows: its header does not mention the others any
 * more, whose bytes stay.
 *
 * @param shape as HDF5 makes it
 * @param rows as it is wanted
 * @param rowBytes in the file
 */
export function shortened(
  shape: readonly number[],
  rows: number,
  rowBytes: number,
): readonly MessageChange[] {
  const [all, ...rowShape] = shape;
  const wanted = [rows, ...rowShape];
  return [
    {
      message: MESSAGE.dataspace,
      offset: DATASPACE.lengths,
      written: numbers(...shape, ...shape),
      wanted: numbers(...wanted, ...wanted),
    },
    { message: MESSAGE.layout, offset: 0, written: LAYOUT.begin, wanted: LAYOUT.begin },
    {
      message: MESSAGE.layout,
      offset: LAYOUT.size,
      written: numbers(all * rowBytes),
      wanted: numbers(rows * rowBytes),
    },
  ];
}

function numbers(...values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(8 * values.length);
  for (const [i, value] of values.entries()) bytes.writeBigUInt64LE(BigInt(value), 8 * i);
  return bytes;
}

import { TEXT_REFERENCE } from '../library/datatype.js';
import { DATASPACE, LAYOUT, MESSAGE } from '../format/object-header.js';
import type { OpenFile } from '../library/open-file.js';
import { REFERENCE_SIZE } from '../format/text-block.js';

/**
 * Creates a contiguous dataset of texts of which HDF5 writes nothing but bytes: a `makeTextBlock` that
 * lies at `pointer` in HDF5's heap.
 *
 * For HDF5 the dataset is as long as the block, and its elements are 16 bytes. When the file is closed,
 * its header is changed to texts, and as many of them as there are: the collections lie behind them in
 * bytes that HDF5 gave to the dataset and that no header mentions any more.
 *
 * @param count of texts
 * @param bytes of the block
 */
export function createTextDataset(
  file: OpenFile,
  path: string,
  count: number,
  bytes: number,
  pointer: number,
): void {
  const elements = bytes / REFERENCE_SIZE;
  file.createDataset(path, TEXT_REFERENCE, { shape: [elements] }, pointer, {
    references: count,
    changes: [
      {
        message: MESSAGE.dataspace,
        offset: DATASPACE.lengths,
        written: numbers(elements, elements),
        wanted: numbers(count, count),
      },
      { message: MESSAGE.layout, offset: 0, written: LAYOUT.begin, wanted: LAYOUT.begin },
      {
        message: MESSAGE.layout,
        offset: LAYOUT.size,
        written: numbers(bytes),
        wanted: numbers(count * REFERENCE_SIZE),
      },
    ],
  });
}

function numbers(...values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(8 * values.length);
  for (const [i, value] of values.entries()) bytes.writeBigUInt64LE(BigInt(value), 8 * i);
  return bytes;
}

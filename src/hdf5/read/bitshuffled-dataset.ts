import { closeSync, openSync } from 'node:fs';
import type { Dataset } from 'h5wasm/node';
import { BitshuffleLz4Unpacker } from '../../encoding/bitshuffle-lz4.js';
import {
  bytesPerElement,
  elementTypeOf,
  newNumericArray,
  type NumericArray,
} from '../../encoding/element-type.js';
import { BITSHUFFLE } from '../format/chunk-filter.js';
import { rawChunks } from '../format/raw-chunks.js';
import { typeName } from './type-name.js';

/** Whether HDF5 would need a filter to read it that it does not have here. */
export function isBitshuffled(dataset: Dataset): boolean {
  return dataset.filters.some(({ id }) => id === BITSHUFFLE);
}

/**
 * Values of the first rows of a dataset that was compressed with bitshuffle-LZ4 and nothing else, in
 * chunks of whole rows, flat; zeros where a chunk is missing.
 *
 * @param path of the file
 * @param rows at most as many as there are
 * @throws Error when the dataset is compressed otherwise, CorruptData when a chunk is
 */
export function readBitshuffled(path: string, dataset: Dataset, rows: number): NumericArray {
  const { shape, chunks } = dataset.metadata;
  const type = elementTypeOf(typeName(dataset.metadata));
  if (type === undefined || type === 'string')
    throw new Error(`${typeName(dataset.metadata)} in bitshuffle can't be read here`);
  const rowShape = shape!.slice(1);
  const [chunkRows, ...chunkRowShape] = chunks!;
  if (dataset.filters.length > 1 || chunkRowShape.some((length, i) => length !== rowShape[i])) {
    throw new Error('bitshuffle can be read here without other filters, in chunks of whole rows');
  }
  const elements = rowShape.reduce((product, length) => product * length, 1);
  const rowBytes = elements * bytesPerElement(type);
  const values = newNumericArray(type, rows * elements);
  const bytes = new Uint8Array(values.buffer);
  const chunk = new Uint8Array(chunkRows * rowBytes);
  const unpacker = new BitshuffleLz4Unpacker();
  const address = Buffer.from(dataset.create_reference().ref_data).readBigUInt64LE();
  const fd = openSync(path, 'r');
  try {
    for (const { offset, filterMask, bytes: packed } of rawChunks(fd, Number(address))) {
      if (offset[0] >= rows) break;
      if (filterMask === 0) unpacker.unpack(packed, bytesPerElement(type), chunk);
      else chunk.set(packed);
      const count = Math.min(chunkRows, rows - offset[0]);
      bytes.set(chunk.subarray(0, count * rowBytes), offset[0] * rowBytes);
    }
  } finally {
    closeSync(fd);
  }
  return values;
}

import { TEXT_REFERENCE } from '../library/datatype.js';
import type { OpenFile } from '../library/open-file.js';
import type { TextBlock } from '../library/placed-block.js';
import { REFERENCE_SIZE } from '../format/text-block.js';
import { shortened } from './shortened-dataset.js';

/**
 * Creates a contiguous dataset of texts of which HDF5 writes nothing but bytes, those of a block.
 *
 * For HDF5 the dataset is as long as the block, and its elements are 16 bytes. When the file is closed,
 * its header is changed to texts, and as many of them as there are: the collections lie behind them in
 * bytes that HDF5 gave to the dataset and that no header mentions any more.
 */
export function createTextDataset(file: OpenFile, path: string, block: TextBlock): void {
  const { pointer, bytes, references } = block;
  const elements = bytes / REFERENCE_SIZE;
  file.createDataset(path, TEXT_REFERENCE, { shape: [elements] }, pointer, {
    textBlock: block,
    changes: shortened([elements], references, REFERENCE_SIZE),
  });
}

import { moveReferences, REFERENCE_SIZE } from '../format/text-block.js';
import type { H5 } from './h5.js';
import type { HeadBufferedFile } from './head-buffered-file.js';

/** A `makeTextBlock` in HDF5's heap. */
export interface TextBlock {
  readonly pointer: number;
  readonly bytes: number;
  /** How many references it begins with. */
  readonly references: number;
}

/** Bytes in HDF5's heap that become the elements of a contiguous dataset. */
export interface PlacedBlock {
  readonly pointer: number;
  readonly bytes: number;
  /** Where in them a `makeTextBlock` lies. */
  readonly texts?: readonly { readonly offset: number; readonly references: number }[];
}

/**
 * Adds the place of texts in the file to their references. HDF5 chooses it not before it writes the
 * block, so this is done between HDF5 and the file.
 *
 * @param write has HDF5 write the block as the data of a contiguous dataset, which it closes
 * @returns where in the file the block lies; to be compared with what the dataset's header says
 * @throws Error when HDF5 does not write the block in one piece
 */
export function placeBlock(
  h5: H5,
  file: HeadBufferedFile,
  { pointer, bytes: size, texts = [] }: PlacedBlock,
  write: () => void,
): number {
  let address: number | undefined;
  file.watch = (bytes, at) => {
    if (address !== undefined || bytes.length !== size) return;
    // A small block takes its way through a buffer of HDF5's.
    const block = h5.HEAPU8.subarray(pointer, pointer + size);
    if (bytes.byteOffset !== pointer && Buffer.compare(bytes, block) !== 0) return;
    for (const { offset, references } of texts) {
      const end = offset + references * REFERENCE_SIZE;
      moveReferences(bytes.subarray(offset, end), at + offset);
    }
    address = at;
  };
  try {
    write();
  } finally {
    file.watch = undefined;
  }
  if (address === undefined) throw new Error('HDF5 wrote a block of bytes in pieces');
  return address;
}

import type { ReadAt } from './read-bytes.js';

/** The first bytes of HDF5's superblock, in any version. */
export const SIGNATURE = Buffer.from('\x89HDF\r\n\x1a\n', 'latin1');
const SMALLEST_USER_BLOCK = 512;

/**
 * Where HDF5 begins in a file: at its beginning, or after a user block of 512, 1024, 2048 … bytes. All
 * addresses in the file count from there.
 *
 * @param size of the file, bytes
 * @returns undefined where it is no HDF5 file
 */
export function signatureAt(read: ReadAt, size: number): number | undefined {
  const bytes = Buffer.alloc(SIGNATURE.length);
  for (let at = 0; at < size; at = at === 0 ? SMALLEST_USER_BLOCK : 2 * at) {
    if (read(bytes, at) === bytes.length && bytes.equals(SIGNATURE)) return at;
  }
  return undefined;
}

import { statSync } from 'node:fs';
import { DamagedFile } from '../../hdf5/read/thread/errors.js';
import type { FileReader } from '../../hdf5/read/thread/file-reader.js';
import type { ParsedWriteRequest } from '../../request/parse-write-request.js';
import { type FileCheck, checkContents, damagedFile } from './check-contents.js';

/**
 * Whether a file has everything; one that is damaged has not.
 *
 * @param request what it is compared with; undefined: with what it says itself
 * @throws Error where there is no such file, or it can't be read
 */
export async function checkFile(
  path: string,
  request: ParsedWriteRequest | undefined,
  reader: FileReader,
): Promise<FileCheck> {
  // Opening a pipe that nobody writes to would never end.
  if (statSync(path, { throwIfNoEntry: false })?.isFIFO())
    return damagedFile('it is a pipe, no file');
  try {
    return checkContents(await reader.read(path), request);
  } catch (error) {
    if (error instanceof DamagedFile) return damagedFile(error.reason);
    throw error;
  }
}

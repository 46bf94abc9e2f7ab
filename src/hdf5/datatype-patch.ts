import type { DatatypeChange } from './datatype.js';
import type { GatheredFile } from './gathered-file.js';
import { findMessage, MESSAGE } from './object-header.js';
import type { Read } from './read-bytes.js';

/** A dataset whose datatype is to be changed. */
export interface DatatypePatch extends DatatypeChange {
  /** Where the dataset's object header lies in the file. */
  readonly address: number;
}

/**
 * Changes the datatypes of datasets in a closed file, in place: no size and no address changes.
 *
 * @throws Error when something else than expected lies there; that dataset stays as it was
 */
export function patchDatatypes(file: GatheredFile, patches: readonly DatatypePatch[]): void {
  const read: Read = (bytes, at) => file.read(bytes, at);
  for (const { address, written, wanted } of patches) {
    const message = findMessage(read, address, MESSAGE.datatype);
    if (
      message.data.length < wanted.length ||
      message.data.compare(written, 0, written.length, 0, written.length) !== 0
    ) {
      throw new Error(`unexpected datatype in the object header at ${address}`);
    }
    for (let done = 0; done < wanted.length;) {
      done += file.write(wanted.subarray(done), message.address + done);
    }
  }
}

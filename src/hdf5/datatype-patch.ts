import { writeSync } from 'node:fs';
import type { DatatypeChange } from './datatype.js';
import { findMessage, MESSAGE } from './object-header.js';

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
export function patchDatatypes(fd: number, patches: readonly DatatypePatch[]): void {
  for (const { address, written, wanted } of patches) {
    const message = findMessage(fd, address, MESSAGE.datatype);
    if (
      message.data.length < wanted.length ||
      message.data.compare(written, 0, written.length, 0, written.length) !== 0
    ) {
      throw new Error(`unexpected datatype in the object header at ${address}`);
    }
    writeSync(fd, wanted, 0, wanted.length, message.address);
  }
}

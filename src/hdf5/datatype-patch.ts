import { readSync, writeSync } from 'node:fs';
import type { DatatypeChange } from './datatype.js';

/** A dataset whose datatype is to be changed. */
export interface DatatypePatch extends DatatypeChange {
  /** Where the dataset's object header lies in the file. */
  readonly address: number;
}

const PREFIX_SIZE = 16;
const MESSAGE_HEADER_SIZE = 8;
const DATATYPE = 0x0003;
const SHARED = 0x02;

/** HDF5 puts the datatype right after the dataspace, which takes 528 bytes in 32 dimensions. */
const HEADER_BYTES = 1024;

/**
 * Changes the datatypes of datasets in a closed file, in place: no size and no address changes.
 *
 * Knows object headers of version 1 (HDF5 File Format Specification 3.0, IV.A.1.a), the only ones
 * in files with the version bounds that `OpenFile` sets: a prefix of 16 bytes, whose bytes 8 to 11
 * are the size of what follows, then messages of 8 bytes header (type, size, flags) and data.
 * There is no checksum.
 *
 * @throws Error when something else than expected lies there; that dataset stays as it was
 */
export function patchDatatypes(fd: number, patches: readonly DatatypePatch[]): void {
  const header = Buffer.alloc(HEADER_BYTES);
  for (const { address, written, wanted } of patches) {
    const length = readSync(fd, header, 0, HEADER_BYTES, address);
    const { start, size } = findDatatype(header.subarray(0, length), address);
    if (
      size < wanted.length ||
      header.compare(written, 0, written.length, start, start + written.length) !== 0
    ) {
      throw new Error(`unexpected datatype in the object header at ${address}`);
    }
    writeSync(fd, wanted, 0, wanted.length, address + start);
  }
}

/** Where the datatype message's data lies in an object header. */
function findDatatype(header: Buffer, address: number): { start: number; size: number } {
  if (header.length >= PREFIX_SIZE && header[0] === 1) {
    const end = Math.min(header.length, PREFIX_SIZE + header.readUInt32LE(8));
    let at = PREFIX_SIZE;
    while (at + MESSAGE_HEADER_SIZE <= end) {
      const size = header.readUInt16LE(at + 2);
      const shared = (header[at + 4] & SHARED) !== 0;
      const start = at + MESSAGE_HEADER_SIZE;
      if (header.readUInt16LE(at) === DATATYPE && !shared && start + size <= end)
        return { start, size };
      at = start + size;
    }
  }
  throw new Error(`no datatype in the object header at ${address}`);
}

import { readBytes, type ReadAt } from './read-bytes.js';

/** Kinds of messages in an object header. */
export const MESSAGE = { dataspace: 0x0001, datatype: 0x0003, layout: 0x0008 } as const;

/** Message of a dataspace of one dimension, version 1 (IV.A.2.b): where its length stands, twice, then the most. */
export const DATASPACE = { lengths: 8 } as const;

/** Message of a contiguous dataset's layout, version 3 (IV.A.2.i): how it begins, what stands where. */
export const LAYOUT = { begin: Uint8Array.of(3, 1), address: 2, size: 10 } as const;

/** One message: its data, and where they lie in the file. */
export interface HeaderMessage {
  readonly address: number;
  readonly data: Buffer;
}

const PREFIX_SIZE = 16;
const MESSAGE_HEADER_SIZE = 8;
const CONTINUATION = 0x0010;
const SHARED = 0x02;

/**
 * The first message of a kind in the object header at an address of a file.
 *
 * Knows object headers of version 1 (HDF5 File Format Specification 3.0, IV.A.1.a), the only ones
 * in files with the version bounds that `OpenFile` sets: a prefix of 16 bytes, whose bytes 8 to 11
 * are the size of what follows, then messages of 8 bytes header (type, size, flags) and data.
 * A continuation message tells where there are more. There is no checksum.
 *
 * @throws Error when it is missing
 */
export function findMessage(read: ReadAt, address: number, type: number): HeaderMessage {
  const prefix = readBytes(read, address, PREFIX_SIZE);
  if (prefix[0] === 1) {
    const blocks = [{ start: address + PREFIX_SIZE, size: prefix.readUInt32LE(8) }];
    for (const { start, size } of blocks) {
      const block = readBytes(read, start, size);
      for (let at = 0; at + MESSAGE_HEADER_SIZE <= size;) {
        const found = block.readUInt16LE(at);
        const shared = (block[at + 4] & SHARED) !== 0;
        const from = at + MESSAGE_HEADER_SIZE;
        const end = from + block.readUInt16LE(at + 2);
        const data = block.subarray(from, end);
        if (found === type && !shared && end <= size) return { address: start + from, data };
        if (found === CONTINUATION) blocks.push(continuationOf(data));
        at = end;
      }
    }
  }
  throw new Error(`no message ${type} in the object header at ${address}`);
}

function continuationOf(data: Buffer): { start: number; size: number } {
  return {
    start: Number(data.readBigUInt64LE(0)),
    size: Number(data.readBigUInt64LE(8)),
  };
}

import type { HeadBufferedFile } from './head-buffered-file.js';
import { type MESSAGE, ownMessages } from '../format/object-header.js';
import type { ReadAt } from '../format/read-bytes.js';

/** Bytes of a message in an object header that are to become others, as many; the same only to be checked. */
export interface MessageChange {
  readonly message: (typeof MESSAGE)[keyof typeof MESSAGE];
  /** Where they are in the message's data. */
  readonly offset: number;
  /** Bytes that HDF5 has written there, maybe less than the whole. */
  readonly written: Uint8Array;
  /** Never reaches beyond the message. */
  readonly wanted: Uint8Array;
}

/** A dataset that becomes what h5wasm can't make. */
export interface HeaderPatch {
  /** Where the dataset's object header lies in the file. */
  readonly address: number;
  readonly changes: readonly MessageChange[];
}

/**
 * Changes datasets in a closed file, in place: nothing moves.
 *
 * @throws Error when something else than expected lies there; that dataset stays as it was
 */
export function patchHeaders(file: HeadBufferedFile, patches: readonly HeaderPatch[]): void {
  const read: ReadAt = (bytes, at) => file.read(bytes, at);
  for (const { address, changes } of patches) {
    const messages = ownMessages(read, address);
    const found = changes.map((change) => ({ change, at: placeOf(messages, address, change) }));
    for (const { change, at } of found) {
      if (change.wanted !== change.written) write(file, change.wanted, at);
    }
  }
}

function placeOf(
  messages: ReturnType<typeof ownMessages>,
  address: number,
  { message, offset, written, wanted }: MessageChange,
) {
  const found = messages.find(({ type }) => type === message);
  const there = found?.data.subarray(offset);
  if (
    !there ||
    there.length < wanted.length ||
    !there.subarray(0, written.length).equals(written)
  ) {
    throw new Error(`unexpected message ${message} in the object header at ${address}`);
  }
  return found!.address + offset;
}

function write(file: HeadBufferedFile, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length;) done += file.write(bytes.subarray(done), at + done);
}

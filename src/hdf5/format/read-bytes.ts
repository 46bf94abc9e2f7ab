import { readSync } from 'node:fs';

/** Fills the beginning of `bytes` with what lies at `at`. @returns how much of them, 0 at the end */
export type ReadAt = (bytes: Uint8Array, at: number) => number;

/** Reads a file by its descriptor. */
export function readerOf(fd: number): ReadAt {
  return (bytes, at) => readSync(fd, bytes, 0, bytes.length, at);
}

/** Fills `bytes` as far as the file goes, in as many pieces as it comes. @returns how much of them */
export function fillFrom(read: ReadAt, bytes: Uint8Array, address: number): number {
  let done = 0;
  while (done < bytes.length) {
    const count = read(bytes.subarray(done), address + done);
    if (count === 0) break;
    done += count;
  }
  return done;
}

/** So many bytes of a file. @throws Error when it ends before */
export function readBytes(read: ReadAt, address: number, length: number): Buffer<ArrayBuffer> {
  const bytes = Buffer.alloc(length);
  if (fillFrom(read, bytes, address) < length) {
    throw new Error(`the file ends before ${length} bytes at ${address}`);
  }
  return bytes;
}

import { readSync } from 'node:fs';

/** Bytes of a file. @throws Error when it ends before */
export function readBytes(fd: number, address: number, length: number): Buffer<ArrayBuffer> {
  const bytes = Buffer.alloc(length);
  for (let done = 0; done < length;) {
    const count = readSync(fd, bytes, done, length - done, address + done);
    if (count === 0) throw new Error(`the file ends before ${length} bytes at ${address}`);
    done += count;
  }
  return bytes;
}

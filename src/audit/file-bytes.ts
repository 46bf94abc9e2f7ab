import { createReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

const CHUNK_BYTES = 1024 * 1024;

/** The bytes of a file, unpacked where its name ends in `.gz`: as logrotate leaves old ones. */
export function unpacked(path: string): Readable {
  const bytes = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  if (!path.endsWith('.gz')) return bytes;
  // Each chunk waits for a turn of the event loop, which calls may make long.
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  bytes.on('error', (error) => gunzip.destroy(error));
  return bytes.pipe(gunzip);
}

/**
 * The bytes of a file from one position to another, or to its end. While one chunk is looked at the
 * next one is read, into the memory of the one before.
 */
export async function* chunksOf(
  file: FileHandle,
  from: number,
  to = Infinity,
): AsyncGenerator<Buffer, void> {
  let buffer: Buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  let other: Buffer | undefined;
  let position = from;
  const readInto = (memory: Buffer) =>
    file.read(memory, 0, Math.min(CHUNK_BYTES, to - position), position);
  let reading = readInto(buffer);
  for (;;) {
    const { bytesRead } = await reading;
    const chunk = buffer.subarray(0, bytesRead);
    position += bytesRead;
    if (bytesRead < CHUNK_BYTES || position >= to) {
      yield chunk;
      return;
    }
    [buffer, other] = [other ?? Buffer.allocUnsafe(CHUNK_BYTES), buffer];
    reading = readInto(buffer);
    yield chunk;
  }
}

import { createReadStream } from 'node:fs';
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

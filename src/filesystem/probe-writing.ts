import { open, unlink } from 'node:fs/promises';

const PROBE = Buffer.alloc(4096, 'probe\n');

/**
 * Proves that files can be written: makes one with some contents, on disk, and removes it again.
 *
 * @param path a name that nobody else uses
 * @throws NodeJS.ErrnoException
 */
export async function probeWriting(path: string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(PROBE);
    await file.datasync();
  } finally {
    await file.close();
    await unlink(path);
  }
}

import { closeSync, fsyncSync, openSync } from 'node:fs';

/**
 * Waits until a folder's entries are on disk: a name that was made, changed or removed is for good
 * only then.
 *
 * @throws NodeJS.ErrnoException
 */
export function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } catch (error) {
    // Some network file systems have no such call, and nothing to wait for.
    if (!['EINVAL', 'ENOTSUP'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  } finally {
    closeSync(fd);
  }
}

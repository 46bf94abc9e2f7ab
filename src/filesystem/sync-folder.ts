import { closeSync, fsyncSync, openSync } from 'node:fs';
import { open } from 'node:fs/promises';

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
    throwUnlessMissing(error);
  } finally {
    closeSync(fd);
  }
}

/** The same without holding up others; several may be waited for at once. */
export async function syncFolderAside(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    throwUnlessMissing(error);
  } finally {
    await handle.close();
  }
}

// Some network file systems have no such call, and nothing to wait for.
function throwUnlessMissing(error: unknown): void {
  if (!['EINVAL', 'ENOTSUP'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
}

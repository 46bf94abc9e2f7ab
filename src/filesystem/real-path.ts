import { lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/**
 * The path with every symbolic link in it followed, those that lead to nothing yet included.
 *
 * @throws NodeJS.ErrnoException
 */
export function realPath(path: string): string {
  // Looked for first: most output files are new, and an exception costs more than a look.
  const entry = lstatSync(path, { throwIfNoEntry: false });
  if (entry) {
    try {
      // Of the system: Node's own looks at each folder on the way, one call each.
      return realpathSync.native(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  const folder = realPath(dirname(path));
  return entry?.isSymbolicLink()
    ? realPath(resolve(folder, readlinkSync(path)))
    : join(folder, basename(path));
}

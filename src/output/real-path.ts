import { lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/**
 * The path with every symbolic link in it followed, those that lead to nothing yet included.
 *
 * @throws NodeJS.ErrnoException
 */
export function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    const folder = realPath(dirname(path));
    const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink();
    return isLink ? realPath(resolve(folder, readlinkSync(path))) : join(folder, basename(path));
  }
}

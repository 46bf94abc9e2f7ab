import { chownSync, existsSync } from 'node:fs';
import { makeFolders } from '../../filesystem/make-folders.js';
import { StateDirectoryUnusable } from './state-directory-unusable.js';

/**
 * Makes the folder that a writer keeps its own things in, where it is missing.
 *
 * @param folder absolute
 * @param userId who the writer is going to run as, -1 for the current user. A folder that root makes
 *   for a user must be that user's; one that exists is left as it is.
 * @throws StateDirectoryUnusable
 */
export function makeStateDirectory(folder: string, userId = -1): void {
  try {
    if (existsSync(folder)) return;
    makeFolders(folder, 0o755);
    if (userId >= 0 && process.geteuid?.() === 0) chownSync(folder, userId, userId);
  } catch (error) {
    throw new StateDirectoryUnusable(folder, error as NodeJS.ErrnoException);
  }
}

import { chownSync, existsSync } from 'node:fs';
import { makeFolders } from '../../filesystem/make-folders.js';

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

/** A writer goes on without its state folder; what killed writers left behind then stays. */
export class StateDirectoryUnusable extends Error {
  override readonly name = 'StateDirectoryUnusable';
  readonly code = 'state_dir_unusable';

  constructor(
    readonly path: string,
    cause: NodeJS.ErrnoException,
  ) {
    super(
      `The state folder ${path} can't be used (${cause.code ?? cause.message}): make it writable for ` +
        `user ${process.geteuid?.() ?? 'of the writer'}, or name another one with --state_dir.`,
      { cause },
    );
  }
}

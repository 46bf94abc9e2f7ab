import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it that are missing.
 *
 * Node's own recursive mkdir never returns where a file system answers "no such file" for a folder
 * that can't be made there, as `/proc` does.
 *
 * @returns the folders that were made, the uppermost first
 * @throws NodeJS.ErrnoException
 */
export function makeFolders(folder: string, mode = 0o777): string[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  const parent = dirname(folder);
  const above = parent === folder ? [] : makeFolders(parent, mode);
  try {
    mkdirSync(folder, mode);
  } catch (error) {
    // Another process may have been faster.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (!statSync(folder).isDirectory()) throw error;
    return above;
  }
  return [...above, folder];
}

import { closeSync, constants, openSync, readdirSync, statSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { OpenFolder } from '../../filesystem/open-folder.js';
import { realPath } from '../../filesystem/real-path.js';
import type { ServedFiles } from '../messages.js';
import { FileNotFound, FileNotServed } from './file-errors.js';
import { hasSignature } from './served-file.js';

/** More would neither be read by anybody nor come soon. */
const MOST_ENTRIES = 10_000;

/** The HDF5 files and the folders of a folder, by name; what begins with a dot is left out. */
export interface FolderList {
  readonly files: readonly ListedFile[];
  readonly folders: readonly string[];
  /** Entries that are left out, as there are too many. */
  readonly more: number;
}

export interface ListedFile {
  /** Absolute. */
  readonly file: string;
  readonly bytes: number;
  /** ISO 8601. */
  readonly modified: string;
}

/** @param name absolute, or relative to the first folder; empty: that folder. @throws FileNotFound, FileNotServed */
export function listFolder(name: string, { folders, only }: ServedFiles): FolderList {
  if (only !== undefined) return { files: [listed(only)], folders: [], more: 0 };
  if (name.includes('\0')) throw new FileNotFound(name.replaceAll('\0', '\\0'), 'has a NUL in it.');
  let folder: OpenFolder;
  try {
    const real = realPath(resolve(folders[0], name));
    if (!folders.some((each) => isIn(real, realPath(each)))) {
      throw new FileNotServed(name, `lies outside of the folder that is shown: ${folders[0]}.`);
    }
    folder = OpenFolder.open(real);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') {
      throw new FileNotFound(name, 'is not a folder.');
    }
    if (code === 'EACCES')
      throw new FileNotServed(name, "can't be read by the user of this process.");
    throw error;
  }
  try {
    const entries = readdirSync(folder.at('.'), { withFileTypes: true })
      .filter((entry) => !entry.name.startsWith('.'))
      .toSorted((one, other) => (one.name < other.name ? -1 : 1));
    const shown = entries.slice(0, MOST_ENTRIES);
    return {
      files: shown
        .filter((entry) => entry.isFile() && isHdf5(folder.at(entry.name)))
        .map((entry) => listed(folder.at(entry.name), folder.shown(entry.name))),
      folders: shown
        .filter((entry) => entry.isDirectory())
        .map((entry) => folder.shown(entry.name)),
      more: entries.length - shown.length,
    };
  } finally {
    folder.close();
  }
}

function listed(path: string, shown = path): ListedFile {
  const { size, mtime } = statSync(path);
  return { file: shown, bytes: size, modified: mtime.toISOString() };
}

function isHdf5(path: string): boolean {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return false; // Gone, or not ours to read: then it can't be shown either.
  }
  try {
    return hasSignature(fd);
  } finally {
    closeSync(fd);
  }
}

function isIn(path: string, folder: string): boolean {
  return (
    path === folder ||
    (!relative(folder, path).startsWith(`..${sep}`) && relative(folder, path) !== '..')
  );
}

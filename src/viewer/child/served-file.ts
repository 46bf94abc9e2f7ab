import { closeSync, constants, fstatSync, openSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { OpenFolder } from '../../filesystem/open-folder.js';
import { realPath } from '../../filesystem/real-path.js';
import { readerOf } from '../../hdf5/format/read-bytes.js';
import { signatureAt } from '../../hdf5/format/signature.js';
import type { ServedFiles } from '../messages.js';
import { FileNotFound, FileNotServed, NotHdf5 } from './file-errors.js';

/** Linux: a descriptor that stands for a place, whatever is there; missing in Node's types. */
const O_PATH = process.platform === 'linux' ? 0o10000000 : 0;
const PLACE = O_PATH | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** A path that changes under each of so many walks is given up. */
const MAX_WALKS = 10;

/** As writers name files that are not complete yet: `.<name>.<id>.tmp`. */
const TEMPORARY = /^\..*\.[A-Za-z0-9-]+\.tmp$/s;

/**
 * Opens a file for reading that may be shown, once and for all: what happens to its path afterwards leads
 * nowhere else.
 *
 * Where the name really leads is judged, links followed. The way there is then walked folder by folder without
 * following any link, and what lies at its end is looked at before it is opened: a FIFO
 * or a device never is.
 *
 * @param name absolute, or relative to one of the folders, each of which is tried
 * @returns its descriptor, to be closed
 * @throws FileNotFound, FileNotServed, NotHdf5; NodeJS.ErrnoException where the disk does not tell
 */
export function openServedFile(name: string, served: ServedFiles): number {
  if (name === '') throw new FileNotFound('', 'since file is empty: give the path of a file.');
  if (name.includes('\0')) throw new FileNotFound(name.replaceAll('\0', '\\0'), 'has a NUL in it.');
  let missing: unknown;
  for (const path of candidates(name, served.folders)) {
    try {
      return openAt(path, name, served);
    } catch (error) {
      // What one folder does not have, the next one may.
      if (!(error instanceof FileNotFound)) throw error;
      missing ??= error;
    }
  }
  throw missing;
}

function candidates(name: string, folders: readonly string[]): string[] {
  return isAbsolute(name) ? [resolve(name)] : folders.map((folder) => resolve(folder, name));
}

function openAt(path: string, name: string, served: ServedFiles): number {
  for (let walks = 1; ; walks++) {
    try {
      return openReal(judged(path, name, served), name, served);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      switch (code) {
        case 'ENOENT':
        case 'ENAMETOOLONG':
          throw new FileNotFound(name, 'does not exist.');
        case 'EACCES':
        case 'EPERM':
          throw new FileNotServed(name, "can't be read by the user of this process.");
        case 'ENOTDIR':
        case 'ELOOP':
        // A link that is none any more by the time it is read.
        case 'EINVAL':
          // It became something else after it was judged: judged anew, it may be refused.
          if (walks < MAX_WALKS) continue;
          throw new FileNotFound(name, "can't be reached: a part of its path is not a folder.");
        default:
          throw error;
      }
    }
  }
}

/** Where the path leads. @throws FileNotServed, NodeJS.ErrnoException */
function judged(path: string, name: string, { folders, only }: ServedFiles): string {
  const real = realPath(path);
  const isServed =
    only === undefined
      ? folders.some((folder) => liesIn(real, realPathOr(folder)))
      : real === realPathOr(only);
  if (!isServed) {
    const reason =
      only === undefined
        ? `lies outside of the folders whose files are shown: ${folders.join(', ')}.`
        : `is not the file that is shown: ${only}.`;
    throw new FileNotServed(name, reason);
  }
  const last = basename(real);
  if (TEMPORARY.test(last)) {
    throw new FileNotServed(
      name,
      'is still being written: it gets its own name when it is complete.',
    );
  }
  if (last.endsWith('.err')) {
    throw new FileNotServed(name, "is an error file: 'sf-databuffer write' takes it.");
  }
  return real;
}

function openReal(real: string, name: string, { reserved }: ServedFiles): number {
  const folder = OpenFolder.open(dirname(real));
  try {
    const at = folder.at(basename(real));
    const place = openSync(at, PLACE);
    try {
      const found = fstatSync(place, { bigint: true });
      if (found.isSymbolicLink()) throw Object.assign(new Error('is a link'), { code: 'ELOOP' });
      if (found.isDirectory()) throw new FileNotFound(name, 'is a folder.');
      if (!found.isFile()) throw new FileNotFound(name, 'is not a regular file.');
      if (reserved.some((path) => isAt(path, found.dev, found.ino))) {
        throw new FileNotServed(name, "is one of the service's own files.");
      }
      return openHdf5(O_PATH ? `/proc/self/fd/${place}` : at, name);
    } finally {
      closeSync(place);
    }
  } finally {
    folder.close();
  }
}

function isAt(path: string, dev: bigint, ino: bigint): boolean {
  try {
    const found = statSync(path, { bigint: true, throwIfNoEntry: false });
    return found?.dev === dev && found.ino === ino;
  } catch {
    // Nothing that can be reached lies there.
    return false;
  }
}

function openHdf5(path: string, name: string): number {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!hasSignature(fd)) throw new NotHdf5(name);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** Whether a file is HDF5 by its signature. */
export function hasSignature(fd: number): boolean {
  return signatureAt(readerOf(fd), fstatSync(fd).size) !== undefined;
}

function realPathOr(path: string): string {
  try {
    return realPath(path);
  } catch {
    return path;
  }
}

function liesIn(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

import { accessSync, constants, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { OutputFileRefused } from '../request/errors.js';
import { hiddenCharacter } from '../request/hidden-character.js';
import { OpenFolder } from './open-folder.js';
import { OutputFileUnreachable } from './errors.js';
import type { FolderTemplate } from './folder-template.js';
import { realPath } from './real-path.js';

export const NO_FILE = '/dev/null';

const MAX_NAME_BYTES = 255;
// Suffixes of an output file's name, such as `.IMAGES.h5`, `.err` and the parts of a temporary name, must fit too.
const MAX_SUFFIX_BYTES = 32;

/** A path that changes under each of so many walks is given up. */
const MAX_WALKS = 10;

/** Codes of the system for a path that leads nowhere; all others are passing conditions. */
const WRONG_PATH = new Set([
  ...['ELOOP', 'ENAMETOOLONG', 'ENOTDIR', 'ENOENT', 'EINVAL', 'EACCES', 'EPERM'],
]);

/** Those that depend on the disks and the rights that a process has. */
const OF_THIS_HOST = new Set<string | undefined>(['ENOTDIR', 'ENOENT', 'EACCES', 'EPERM']);

/** Where an output file goes. */
export interface OutputPlace {
  /** Absolute, as it is told. */
  readonly path: string;
  readonly name: string;
  /** To be closed. */
  readonly folder: OpenFolder;
}

/**
 * The folders that output files must lie in.
 *
 * A name is judged by where it really leads: symbolic links in the part of the path that exists are
 * followed, in the roots as well.
 */
export class OutputRoots {
  /**
   * @param roots absolute
   * @param further folders that files may lie in as well; relative names never do
   */
  constructor(
    private readonly roots: readonly string[],
    private readonly further?: FolderTemplate,
  ) {}

  /**
   * The absolute name of an output file; `/dev/null` stays as it is.
   *
   * @param outputFile absolute, or relative to the first writable root
   * @throws OutputFileRefused when it is not a usable name or leads out of the roots, OutputFileUnreachable
   *   where the disk does not tell
   */
  resolve(outputFile: string): string {
    if (outputFile === NO_FILE) return NO_FILE;
    const hidden = hiddenCharacter(outputFile);
    if (hidden !== undefined) {
      throw new OutputFileRefused(
        outputFile,
        `contains the control character ${hidden}: leave it out.`,
      );
    }
    // Written as U+FFFD it would be the same file as others.
    if (/\p{Surrogate}/u.test(outputFile)) {
      throw new OutputFileRefused(outputFile, 'contains half a character: give Unicode text.');
    }
    if (/[/\\]$|(^|\/)\.{1,2}$/.test(outputFile)) {
      throw new OutputFileRefused(outputFile, 'names a folder: give the name of a file in it.');
    }
    const path = isAbsolute(outputFile)
      ? resolve(outputFile)
      : resolve(this.firstWritable(), outputFile);
    this.refuseLongNames(outputFile, path);
    const target = reached(outputFile, () => realPath(path));
    this.refuseOutside(outputFile, path, target);
    const existing = reached(outputFile, () => statSync(target, { throwIfNoEntry: false }));
    if (existing && !existing.isFile()) {
      throw new OutputFileRefused(outputFile, 'exists and is not a file: choose another name.');
    }
    return path;
  }

  /**
   * Opens the folder of an output file, which is made where it is missing. What happens to the path
   * afterwards does not lead files elsewhere.
   *
   * @param outputFile absolute, or relative to the first writable root; not `/dev/null`
   * @throws OutputFileRefused, OutputFileUnreachable; NodeJS.ErrnoException where the folder can't be made
   */
  open(outputFile: string): OutputPlace {
    for (let tries = 1; ; tries++) {
      const path = this.resolve(outputFile);
      const folder = reached(outputFile, () => realPath(dirname(path)));
      this.refuseOutside(outputFile, path, join(folder, basename(path)));
      try {
        return { path, name: basename(path), folder: OpenFolder.open(folder, { make: true }) };
      } catch (error) {
        // It became something else after it was judged: judged anew, it may be refused.
        if ((error as NodeJS.ErrnoException).code !== 'ENOTDIR' || tries === MAX_WALKS) {
          throw error;
        }
      }
    }
  }

  /**
   * A key that two names share if they may be the same output file, whichever root a relative one
   * comes to lie in. Asks the disk nothing.
   */
  commonName(outputFile: string): string {
    const path = resolve(this.roots[0], outputFile);
    const ways = this.roots
      .filter((root) => liesIn(path, root))
      .map((root) => relative(root, path))
      .toSorted((one, other) => one.length - other.length);
    return ways[0] ?? path;
  }

  /** Whether files can be written to one of them at least, perhaps when it is made. */
  get areUsable(): boolean {
    return this.roots.some((root) => isWritable(root) || canBeMade(root));
  }

  /** Where relative names lie. */
  firstWritable(): string {
    return (
      this.roots.find((root) => isWritable(root)) ??
      this.roots.find((root) => canBeMade(root)) ??
      this.roots[0]
    );
  }

  /** @param path the absolute name @param target where it leads */
  private refuseOutside(outputFile: string, path: string, target: string): void {
    const further = this.further?.folderOf(path);
    let failure: unknown;
    for (const root of further === undefined ? this.roots : [...this.roots, further]) {
      try {
        if (liesIn(target, realPath(root))) return;
      } catch (error) {
        failure ??= error;
      }
    }
    if (failure) throw new OutputFileUnreachable(outputFile, failure as NodeJS.ErrnoException);
    const roots = [...this.roots, ...(this.further ? [this.further.template] : [])].join(', ');
    throw new OutputFileRefused(
      outputFile,
      `lies outside the output roots (${roots}): choose a file inside one of them.`,
      true,
    );
  }

  private refuseLongNames(outputFile: string, path: string): void {
    const limit = MAX_NAME_BYTES - MAX_SUFFIX_BYTES;
    if (Buffer.byteLength(basename(path)) > limit) {
      throw new OutputFileRefused(outputFile, `has a name of over ${limit} bytes: shorten it.`);
    }
    if (path.split(sep).some((part) => Buffer.byteLength(part) > MAX_NAME_BYTES)) {
      throw new OutputFileRefused(outputFile, 'has a folder name of over 255 bytes: shorten it.');
    }
  }
}

function liesIn(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** @throws OutputFileRefused for a name that is wrong, OutputFileUnreachable where nobody can tell */
function reached<T>(outputFile: string, look: () => T): T {
  try {
    return look();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined || WRONG_PATH.has(code)) {
      throw new OutputFileRefused(
        outputFile,
        `can't be reached (${code ?? message}): correct the path.`,
        OF_THIS_HOST.has(code),
      );
    }
    throw new OutputFileUnreachable(outputFile, error as NodeJS.ErrnoException);
  }
}

function isWritable(folder: string): boolean {
  try {
    accessSync(`${folder}/.`, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

// A root right below `/` is where a disk gets mounted: making it while the disk is missing would
// fill the system's own disk.
function canBeMade(folder: string): boolean {
  const parent = dirname(folder);
  return dirname(parent) !== parent && (isWritable(parent) || canBeMade(parent));
}

import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  statSync,
  unlinkSync,
} from 'node:fs';
import { join, sep } from 'node:path';
import { makeFolders } from './make-folders.js';
import { realPath } from './real-path.js';
import { syncFolder } from './sync-folder.js';

const DESCRIPTORS = '/proc/self/fd';
const HAS_DESCRIPTORS = existsSync(DESCRIPTORS);

/** Linux: a descriptor that stands for a place. It needs no right to list the folder; missing in Node's types. */
const O_PATH = 0o10000000;
const PLACE = O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/**
 * A folder that is held open. Files are reached through its descriptor, so they lie in this very
 * folder, whatever is renamed, or replaced by a symbolic link, meanwhile.
 *
 * Where the system has no `/proc`, files are reached by the path, which is checked each time.
 */
export class OpenFolder {
  private constructor(
    /** Absolute, without symbolic links: how it was reached, for messages. */
    readonly path: string,
    private readonly fd: number | undefined,
  ) {}

  /**
   * Walks down to a folder, component by component, following no symbolic link.
   *
   * @param path absolute and real
   * @param make makes what is missing, on disk when this returns
   * @throws NodeJS.ErrnoException; ENOTDIR also when a component has become a symbolic link
   */
  static open(path: string, { make = false } = {}): OpenFolder {
    if (!HAS_DESCRIPTORS) return OpenFolder.byPath(path, make);
    let folder = new OpenFolder(sep, openSync(sep, PLACE));
    for (const name of path.split(sep).filter((part) => part !== '')) {
      try {
        const below = folder.below(name, make);
        folder.close();
        folder = below;
      } catch (error) {
        folder.close();
        throw error;
      }
    }
    return folder;
  }

  private static byPath(path: string, make: boolean): OpenFolder {
    if (make) for (const made of makeFolders(path)) syncFolder(join(made, '..'));
    const folder = new OpenFolder(path, undefined);
    folder.at('.');
    return folder;
  }

  /**
   * Opens a folder that lies in it.
   *
   * @throws NodeJS.ErrnoException; ENOTDIR also where it is a symbolic link
   */
  folder(name: string): OpenFolder {
    if (this.fd === undefined) return OpenFolder.byPath(join(this.path, name), false);
    return this.below(name, false);
  }

  /** The path by which calls reach a file of the folder; in messages, `shown` stands for it. */
  at(name: string): string {
    if (this.fd !== undefined) return `${DESCRIPTORS}/${this.fd}/${name}`;
    if (realPath(this.path) !== this.path || !statSync(this.path).isDirectory()) {
      throw Object.assign(new Error(`${this.path} was replaced`), { code: 'ENOTDIR' });
    }
    return join(this.path, name);
  }

  /** The ordinary path of a file of the folder. */
  shown(name: string): string {
    return join(this.path, name);
  }

  /** A text that the system wrote, in which the folder is a descriptor's number, with its path instead. */
  named(text: string): string {
    return this.fd === undefined ? text : text.replaceAll(this.at(''), this.shown('/'));
  }

  /** The same for an error, and what caused it. */
  withNames(error: unknown): unknown {
    if (!(error instanceof Error)) return error;
    const { path } = error as NodeJS.ErrnoException;
    if (typeof path === 'string') Object.assign(error, { path: this.named(path) });
    error.message = this.named(error.message);
    this.withNames(error.cause);
    return error;
  }

  /** Whether a path leads to this very folder still. */
  isAt(path: string): boolean {
    if (this.fd === undefined) return realPath(path) === this.path;
    const there = statSync(path, { bigint: true, throwIfNoEntry: false });
    const here = fstatSync(this.fd, { bigint: true });
    return there?.ino === here.ino && there.dev === here.dev;
  }

  /** Waits until the folder's entries are on disk. @throws NodeJS.ErrnoException */
  sync(): void {
    syncFolder(this.at('.'));
  }

  /** Removes a file, if it is there. @returns whether it was. @throws NodeJS.ErrnoException */
  remove(name: string): boolean {
    try {
      unlinkSync(this.at(name));
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
  }

  close(): void {
    if (this.fd !== undefined) closeSync(this.fd);
  }

  private below(name: string, make: boolean): OpenFolder {
    const path = join(this.path, name);
    try {
      return new OpenFolder(path, openSync(this.at(name), PLACE));
    } catch (error) {
      if (!make || (error as NodeJS.ErrnoException).code !== 'ENOENT') throw named(error, path);
    }
    try {
      this.makeBelow(name);
      return new OpenFolder(path, openSync(this.at(name), PLACE));
    } catch (error) {
      throw named(error, path);
    }
  }

  private makeBelow(name: string): void {
    try {
      mkdirSync(this.at(name));
    } catch (error) {
      // Another process may have been faster.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    this.sync();
  }
}

/** The system knows the file by a descriptor's number. */
function named(error: unknown, path: string): unknown {
  return Object.assign(error as NodeJS.ErrnoException, { path });
}

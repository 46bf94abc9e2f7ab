import { statSync } from 'node:fs';
import type { H5 } from '../library/h5.js';

/** The part of emscripten's file system by which HDF5 reaches files. */
interface FileSystem {
  open(path: string, flags: number | string, mode?: number): OpenStream;
  stat(path: string, dontFollow?: boolean): unknown;
  lookupPath(path: string, options?: object): { path: string; node: object };
  ErrnoError: new (errno: number) => Error;
}

interface OpenStream {
  path: string;
  node: { path: string };
}

const DESCRIPTORS = process.platform === 'linux' ? '/proc/self/fd' : '/dev/fd';

/** Emscripten's numbers. */
const EACCES = 2;
const O_CREAT = 0o100;
const O_EXCL = 0o200;

/**
 * Lets HDF5 open the files that it is given, by descriptor, and no others. A file of anybody's can name
 * further files: in external links, as external storage or as sources of virtual datasets; none of
 * them is opened, whatever path HDF5 takes to them.
 *
 * Files that HDF5 makes new, as it does for the text of an error, it may have.
 */
export class GivenFiles {
  private readonly descriptors = new Map<string, number>();
  private readonly original: FileSystem;
  private given = 0;
  private refused: string | undefined;

  constructor(h5: H5) {
    // Where HDF5 can't open a file it would look for code that can.
    while (h5.get_plugin_search_paths().length > 0) h5.remove_plugin_search_path(0);
    const fs = h5.FS as unknown as FileSystem;
    this.original = { ...fs };
    Object.assign(fs, {
      open: (path: string, flags: number | string, mode?: number) => this.open(path, flags, mode),
      stat: (path: string, dontFollow?: boolean) => {
        const fd = this.descriptors.get(path);
        if (fd === undefined) return this.original.stat(path, dontFollow);
        return this.original.stat(`${DESCRIPTORS}/${fd}`);
      },
      lookupPath: (path: string, options?: object) => this.lookUp(path, options),
    });
  }

  /** @returns the path by which HDF5 can open the file until it is taken back */
  give(fd: number): string {
    const path = `/given-${++this.given}`;
    this.descriptors.set(path, fd);
    return path;
  }

  /** HDF5 can't open it any more; what it has open stays so. */
  takeBack(path: string): void {
    this.descriptors.delete(path);
  }

  /** The last path that HDF5 was refused since this was asked before. */
  takeRefusal(): string | undefined {
    const path = this.refused;
    this.refused = undefined;
    return path;
  }

  private open(path: string, flags: number | string, mode?: number): OpenStream {
    const fd = this.descriptors.get(path);
    if (fd === undefined) {
      const makesNew =
        typeof flags === 'number' && (flags & O_CREAT) !== 0 && (flags & O_EXCL) !== 0;
      if (!makesNew) {
        this.refused = path;
        throw new this.original.ErrnoError(EACCES);
      }
      return this.original.open(path, flags, mode);
    }
    const stream = this.original.open(`${DESCRIPTORS}/${fd}`, flags, mode);
    stream.path = path;
    stream.node.path = path;
    return stream;
  }

  private lookUp(path: string, options?: object): { path: string; node: object } {
    const fd = this.descriptors.get(path);
    if (fd === undefined) return this.original.lookupPath(path, options);
    const { mode, ino } = statSync(`${DESCRIPTORS}/${fd}`);
    return { path, node: { id: ino, mode, path } };
  }
}

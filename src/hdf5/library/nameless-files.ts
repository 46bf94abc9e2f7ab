import { closeSync, openSync, statSync, unlinkSync, writeSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { H5 } from './h5.js';

/**
 * The part of emscripten's file system by which HDF5 reaches files; `open` and the others take paths of the
 * system.
 */
interface FileSystem {
  open(path: string, flags: number | string, mode?: number): OpenStream;
  stat(path: string, dontFollow?: boolean): { mode: number; ino: number };
  lookupPath(path: string, options?: object): { path: string; node: object };
  readdir(path: string): string[];
}

interface OpenStream {
  path: string;
  node: { path: string };
}

/**
 * A folder of files that HDF5 sees and nobody else does: each is a file in the temporary folder whose
 * name is removed as soon as it is open, so nothing is left, however the process ends.
 *
 * While it is there, HDF5's calls for these paths are answered from here. Needs `/proc`.
 */
export class NamelessFiles {
  readonly folder = `/nameless-${randomUUID()}`;
  private readonly descriptors = new Map<string, number>();
  private readonly fs: FileSystem;
  private readonly original: FileSystem;

  constructor(h5: H5) {
    this.fs = h5.FS as unknown as FileSystem;
    this.original = { ...this.fs };
    Object.assign(this.fs, {
      open: (path: string, flags: number | string, mode?: number) => this.open(path, flags, mode),
      stat: (path: string, dontFollow?: boolean) =>
        this.original.stat(this.real(path), dontFollow && !this.isOurs(path)),
      lookupPath: (path: string, options?: { parent?: boolean }) => this.lookUp(path, options),
      readdir: (path: string) =>
        path === this.folder ? ['.', '..', ...this.names()] : this.original.readdir(path),
    });
  }

  /** Makes a file. @returns its path for HDF5. @throws NodeJS.ErrnoException */
  make(name: string, content: Uint8Array = new Uint8Array(0)): string {
    const visible = join(tmpdir(), `.hdf5-${randomUUID()}`);
    const fd = openSync(visible, 'wx+', 0o600);
    unlinkSync(visible);
    const path = join(this.folder, name);
    this.descriptors.set(path, fd);
    for (let done = 0; done < content.length;) done += writeSync(fd, content, done);
    return path;
  }

  /** The descriptor of a file that was made. */
  descriptor(path: string): number {
    return this.descriptors.get(path)!;
  }

  /** Gives the files up, and HDF5 its own calls back. */
  close(): void {
    Object.assign(this.fs, this.original);
    for (const fd of this.descriptors.values()) closeSync(fd);
  }

  private open(path: string, flags: number | string, mode?: number): OpenStream {
    const stream = this.original.open(this.real(path), flags, mode);
    if (this.isOurs(path)) {
      stream.path = path;
      stream.node.path = path;
    }
    return stream;
  }

  private lookUp(path: string, options?: { parent?: boolean }): { path: string; node: object } {
    if (!this.isOurs(path)) return this.original.lookupPath(path, options);
    const { mode, ino } = statSync(this.real(options?.parent ? this.folder : path));
    return { path, node: { id: ino, mode, path } };
  }

  private isOurs(path: string): boolean {
    return path === this.folder || this.descriptors.has(path);
  }

  private real(path: string): string {
    if (path === this.folder) return tmpdir();
    const fd = this.descriptors.get(path);
    return fd === undefined ? path : `/proc/self/fd/${fd}`;
  }

  private names(): string[] {
    return [...this.descriptors.keys()].map((path) => path.slice(this.folder.length + 1));
  }
}

import {
  closeSync,
  constants,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { makeFolders } from '../../filesystem/make-folders.js';
import { type FileOwner, ownerFrom, ownerKey, runs, thisOwner } from './file-owner.js';
import type { OwnerLocks } from './owner-lock.js';

const DAY_MS = 24 * 60 * 60 * 1000;

/** The sending of a request that a process is writing. */
export interface BeingWritten {
  readonly request_id: string;
  /** Which sending it is. */
  readonly attempt: number;
}

/** A file that its process may have left behind, and the request that it was writing. */
export interface Entry {
  /** Of the entry, in the journal's folder. */
  readonly name: string;
  /** Part of the temporary file's name. */
  readonly id: string;
  /** Absolute; undefined where the entry does not tell. */
  readonly file: string | undefined;
  /** Undefined for files that no request is being written to. */
  readonly written?: BeingWritten;
}

/** Ending of an entry that is about to take the place of another. */
const NEW = '.new';

/**
 * The temporary files that may exist, and the requests that are being written, each as a small file in the
 * state folder, which many hosts and containers may share.
 *
 * An entry says whose it is. One whose process can't be seen from here, nor by its lock, is left alone until
 * nobody has touched it for a day. Names begin with a letter: releases whose entries begin with a process id
 * judge them by that alone, and leave others alone.
 */
export class Journal {
  private readonly folder: string;
  private readonly self: FileOwner = thisOwner();
  private readonly prefix: string;

  constructor(stateDirectory: string) {
    this.folder = journalFolder(stateDirectory);
    this.prefix = `writer_${ownerKey(this.self)}_`;
  }

  /**
   * @param file none for a request whose rows are dropped
   * @throws NodeJS.ErrnoException when it can't be entered; no entry is left then
   */
  enter(id: string, file: string | undefined, written?: BeingWritten): void {
    const text = this.textOf(file, written);
    const path = join(this.folder, this.prefix + id);
    try {
      try {
        writeFileSync(path, text);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        makeFolders(this.folder);
        writeFileSync(path, text);
      }
    } catch (error) {
      removeQuietly(path);
      throw error;
    }
  }

  /** Puts another entry in the place of that of this process's file. @throws NodeJS.ErrnoException */
  replace(id: string, written: BeingWritten | undefined): void {
    const entry = this.entry(id);
    if (!entry) return;
    const path = join(this.folder, entry.name);
    writeFileSync(`${path}${NEW}`, this.textOf(entry.file, written));
    renameSync(`${path}${NEW}`, path);
  }

  /** Removes the entry of this process's file. @throws NodeJS.ErrnoException */
  leave(id: string): void {
    rmSync(join(this.folder, this.prefix + id), { force: true });
  }

  /** The entry of this process's file; undefined if it has none. */
  entry(id: string): Entry | undefined {
    const name = this.prefix + id;
    return statSync(join(this.folder, name), { throwIfNoEntry: false }) && this.read(name).entry;
  }

  /** Those of this process. */
  own(): Entry[] {
    return this.names()
      .filter((name) => name.startsWith(this.prefix))
      .map((name) => this.read(name).entry);
  }

  /**
   * Those whose process is dead, or belongs to another host or container and has not touched them for a
   * day.
   *
   * @param locks what locks say of processes that can't be seen
   */
  abandoned(locks?: OwnerLocks): Entry[] {
    const now = new FolderClock(this.folder, this.prefix);
    return this.names()
      .filter((name) => /^(\d+|writer)_[^_]*_/.test(name) && !name.startsWith(this.prefix))
      .map((name) => this.read(name))
      .filter(({ entry, owner }) => {
        const running = owner && (runs(owner, this.self) ?? locks?.isHeld(owner));
        return running === undefined ? now.isPast(this.touched(entry) + DAY_MS) : !running;
      })
      .map(({ entry }) => entry);
  }

  /** Says that the files of this process are in use still: it has to be said more often than once a day. */
  touch(): void {
    // The time is the file server's, as of the file that it is compared with; clocks of hosts differ.
    for (const { name } of this.own()) appendLineEnd(join(this.folder, name));
  }

  /** Removes an entry. @throws NodeJS.ErrnoException */
  remove({ name }: Entry): void {
    rmSync(join(this.folder, name), { force: true });
  }

  /** Proves that files can be entered. @throws NodeJS.ErrnoException */
  prove(): void {
    this.enter('proof', '');
    this.leave('proof');
  }

  /** Removes the locks of dead processes that have no entries any more. @throws NodeJS.ErrnoException */
  removeLocks(locks: OwnerLocks): void {
    const names = this.names();
    const owners = names.filter((name) => name.startsWith('writer_'));
    locks.removeFree(names, new Set(owners.map((name) => name.split('_')[1])));
  }

  private textOf(file: string | undefined, written: BeingWritten | undefined): string {
    return `${JSON.stringify({ temporary_file: file, owner: this.self, ...written })}\n`;
  }

  private names(): string[] {
    try {
      return readdirSync(this.folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }

  private touched({ name }: Entry): number {
    return statSync(join(this.folder, name), { throwIfNoEntry: false })?.mtimeMs ?? Infinity;
  }

  private read(name: string): { entry: Entry; owner: FileOwner | undefined } {
    const id = name.slice(name.lastIndexOf('_') + 1);
    try {
      const said: unknown = JSON.parse(readFileSync(join(this.folder, name), 'utf8'));
      const { temporary_file: file, owner, ...rest } = (said ?? {}) as Record<string, unknown>;
      const written = name.endsWith(NEW) ? undefined : writtenFrom(rest);
      const entry = { name, id, file: typeof file === 'string' ? file : undefined, written };
      return { entry, owner: ownerFrom(owner) };
    } catch {
      // Gone, or cut off: then the process died before it made the file.
      return { entry: { name, id, file: undefined }, owner: undefined };
    }
  }
}

export function journalFolder(stateDirectory: string): string {
  return join(stateDirectory, 'journal');
}

function writtenFrom({ request_id, attempt }: Record<string, unknown>): BeingWritten | undefined {
  const isWhole = typeof request_id === 'string' && Number.isSafeInteger(attempt);
  return isWhole ? { request_id, attempt: attempt as number } : undefined;
}

/** The earlier failure is the one that is reported. */
function removeQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Never made.
  }
}

/** A file that was removed meanwhile is not made again. */
function appendLineEnd(path: string): void {
  let fd: number;
  try {
    fd = openSync(path, constants.O_WRONLY | constants.O_APPEND);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  try {
    writeSync(fd, '\n');
  } finally {
    closeSync(fd);
  }
}

/** The time as the file system of a folder has it, asked for once, when it matters. */
class FolderClock {
  private now: number | undefined;

  constructor(
    private readonly folder: string,
    private readonly prefix: string,
  ) {}

  /** @throws NodeJS.ErrnoException when no file can be made there */
  isPast(time: number): boolean {
    this.now ??= this.ask();
    return time < this.now;
  }

  private ask(): number {
    const path = join(this.folder, `${this.prefix}now`);
    writeFileSync(path, '');
    try {
      return statSync(path).mtimeMs;
    } finally {
      rmSync(path, { force: true });
    }
  }
}

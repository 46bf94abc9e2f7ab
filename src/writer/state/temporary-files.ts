import { basename, dirname } from 'node:path';
import { OpenFolder } from '../../filesystem/open-folder.js';
import { realPath } from '../../filesystem/real-path.js';
import { FileSystemFailure } from '../errors.js';
import type { LockFile } from '../../audit/kernel-lock.js';
import { Deaths } from './deaths.js';
import { thisOwner } from './file-owner.js';
import { type BeingWritten, type Entry, Journal, journalFolder } from './journal.js';
import { OwnerLocks } from './owner-lock.js';

const MAX_NAME_BYTES = 255;

/** A temporary file that a process left behind. */
export interface LeftFile {
  readonly path: string;
  /** Why it is still there. */
  readonly error?: unknown;
}

/** A name for a file that is not complete yet. */
export interface TemporaryFile {
  readonly name: string;
  /** Why it could not be entered into the journal: nobody will find it if the process is killed. */
  readonly problem?: FileSystemFailure;
}

/**
 * Names for files that are not complete yet, and a journal of those that may exist.
 *
 * A temporary file lies beside the one that it is going to be. Its journal entry is there before the
 * file and goes after it: what a killed process left behind is found and removed by the next one,
 * and nobody else's. A journal that can't be kept stops no file.
 *
 * An entry also names the request that is being written: where its process dies, that is recorded before the
 * entry goes.
 */
export class TemporaryFiles {
  private readonly journal: Journal;
  private readonly deaths: Deaths;

  constructor(private readonly stateDirectory: string) {
    this.journal = new Journal(stateDirectory);
    this.deaths = new Deaths(stateDirectory);
  }

  /**
   * A name in a folder for a file that is going to be renamed to `target`, entered into the journal.
   *
   * @param id letters, digits and hyphens; unique for each file
   * @param written the request that it is for, if any
   */
  open(id: string, folder: OpenFolder, target: string, written?: BeingWritten): TemporaryFile {
    const name = temporaryName(target, id, 'tmp');
    try {
      this.journal.enter(id, folder.shown(name), written);
      return { name };
    } catch (error) {
      const action = 'enter a file into the journal for';
      return { name, problem: new FileSystemFailure(action, folder.shown(name), error) };
    }
  }

  /**
   * Removes the file, if it is still there under its temporary name, and its entry.
   *
   * @returns a file that could not be removed; its entry stays, for the next start to try again, but names no
   *   request any more
   */
  close(id: string, folder: OpenFolder, { name, problem }: TemporaryFile): LeftFile | undefined {
    try {
      folder.remove(name);
      if (problem === undefined) this.journal.leave(id);
      return undefined;
    } catch (error) {
      this.release(id);
      return { path: folder.shown(name), error };
    }
  }

  /** Enters a request whose rows go into no file. @returns why it could not be entered */
  openNone(id: string, written: BeingWritten): FileSystemFailure | undefined {
    try {
      this.journal.enter(id, undefined, written);
      return undefined;
    } catch (error) {
      return new FileSystemFailure(
        'enter a request into the journal in',
        this.stateDirectory,
        error,
      );
    }
  }

  /** @returns why its entry is still there */
  closeNone(id: string): FileSystemFailure | undefined {
    try {
      this.journal.leave(id);
      return undefined;
    } catch (error) {
      return new FileSystemFailure('remove an entry of the journal in', this.stateDirectory, error);
    }
  }

  /**
   * Notes that a request only waits, or is written again: none dies of waiting.
   *
   * @param written undefined while it waits
   * @throws NodeJS.ErrnoException
   */
  mark(id: string, written: BeingWritten | undefined): void {
    this.journal.replace(id, written);
  }

  /** As `close`, for the file of a thread that is gone, as far as the journal knows it. */
  discard(id: string): LeftFile | undefined {
    const entry = this.journal.entry(id);
    const removal = entry && this.removeFile(entry);
    if (removal?.error === undefined) return undefined;
    this.release(id);
    return removal;
  }

  /**
   * Removes the temporary files of processes that are dead, and tells which, with the error if one stays.
   *
   * @param lock by which processes of other containers are seen
   */
  removeAbandoned(lock?: LockFile): LeftFile[] {
    const locks = lock && this.locks(lock);
    const left = this.journal.abandoned(locks).flatMap((entry) => {
      const error = this.recordDeath(entry);
      const removal = this.removeFile(entry, error !== undefined) ?? [];
      return [removal, error === undefined ? [] : { path: entry.name, error }].flat();
    });
    if (locks) this.journal.removeLocks(locks);
    return left;
  }

  /**
   * Records which requests processes died of, without a look at their files, which may hang.
   *
   * @throws NodeJS.ErrnoException
   */
  findDeaths(lock: LockFile): void {
    for (const entry of this.journal.abandoned(this.locks(lock))) this.deaths.record(entry);
  }

  /** @returns why it could not be recorded: its entry stays then */
  private recordDeath(entry: Entry): unknown {
    try {
      this.deaths.record(entry);
      return undefined;
    } catch (error) {
      return error;
    }
  }

  private locks(lock: LockFile): OwnerLocks {
    return new OwnerLocks(journalFolder(this.stateDirectory), thisOwner(), lock);
  }

  /**
   * Removes the temporary files of this process, whose threads have ended, and tells which. Those that stay
   * name no request: a process that ends by itself has died of none.
   */
  removeOwn(): LeftFile[] {
    const own = this.journal.own();
    for (const { id, written } of own) if (written) this.release(id);
    return own.flatMap((entry) => this.removeFile(entry) ?? []);
  }

  /** Has an entry that may stay name no request: it is not being written any more. */
  private release(id: string): void {
    try {
      this.journal.replace(id, undefined);
    } catch {
      // What keeps the entry from being changed is told as it keeps it from being removed.
    }
  }

  /** Says that the files of this process are in use still; to be said every hour. */
  touch(): void {
    this.journal.touch();
  }

  /** Proves that the journal can be kept. @throws NodeJS.ErrnoException */
  prove(): void {
    this.journal.prove();
  }

  /** The entry goes last: as long as it is there the file is looked for again. */
  private removeFile(entry: Entry, entryStays = false): LeftFile | undefined {
    const { file, id } = entry;
    // Whatever an entry says, only a name of the kind that is given here is ever removed.
    const isOurs = file !== undefined && /^\..*\.tmp$/.test(file && basename(file));
    const path = isOurs && basename(file).endsWith(`.${id}.tmp`) ? file : undefined;
    try {
      if (path !== undefined) removeAt(path);
      if (!entryStays) this.journal.remove(entry);
      return path === undefined ? undefined : { path };
    } catch (error) {
      return { path: path ?? entry.name, error };
    }
  }
}

/** A name for something that belongs to the making of `target`: hidden, 255 bytes at most. */
export function temporaryName(target: string, id: string, suffix: string): string {
  const end = `.${id}.${suffix}`;
  const room = MAX_NAME_BYTES - Buffer.byteLength(`.${end}`);
  const name = [...target];
  while (Buffer.byteLength(name.join('')) > room) name.pop();
  return `.${name.join('')}${end}`;
}

/** Its folder may be gone, or have become a link: that is not where the file was made. */
function removeAt(path: string): void {
  let folder: OpenFolder;
  try {
    folder = OpenFolder.open(realPath(dirname(path)));
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return;
    throw error;
  }
  try {
    folder.remove(basename(path));
  } finally {
    folder.close();
  }
}

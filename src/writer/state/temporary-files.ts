import { basename, dirname } from 'node:path';
import { OpenFolder } from '../../filesystem/open-folder.js';
import { realPath } from '../../filesystem/real-path.js';
import { FileSystemFailure } from '../errors.js';
import { type Entry, Journal } from './journal.js';

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
 */
export class TemporaryFiles {
  private readonly journal: Journal;

  constructor(stateDirectory: string) {
    this.journal = new Journal(stateDirectory);
  }

  /**
   * A name in a folder for a file that is going to be renamed to `target`, entered into the journal.
   *
   * @param id letters, digits and hyphens; unique for each file
   */
  open(id: string, folder: OpenFolder, target: string): TemporaryFile {
    const name = temporaryName(target, id, 'tmp');
    try {
      this.journal.enter(id, folder.shown(name));
      return { name };
    } catch (error) {
      const action = 'enter a file into the journal for';
      return { name, problem: new FileSystemFailure(action, folder.shown(name), error) };
    }
  }

  /**
   * Removes the file, if it is still there under its temporary name, and its entry.
   *
   * @returns a file that could not be removed; its entry stays, for the next start to try again
   */
  close(id: string, folder: OpenFolder, { name, problem }: TemporaryFile): LeftFile | undefined {
    try {
      folder.remove(name);
      if (problem === undefined) this.journal.leave(id);
      return undefined;
    } catch (error) {
      return { path: folder.shown(name), error };
    }
  }

  /** The same for the file of a thread that is gone, as far as the journal knows it. */
  discard(id: string): LeftFile | undefined {
    const entry = this.journal.entry(id);
    const removal = entry && this.removeFile(entry);
    return removal?.error === undefined ? undefined : removal;
  }

  /** Removes the temporary files of processes that are dead, and tells which, with the error if one stays. */
  removeAbandoned(): LeftFile[] {
    return this.journal.abandoned().flatMap((entry) => this.removeFile(entry) ?? []);
  }

  /** Removes the temporary files of this process, whose threads have ended, and tells which. */
  removeOwn(): LeftFile[] {
    return this.journal.own().flatMap((entry) => this.removeFile(entry) ?? []);
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
  private removeFile(entry: Entry): LeftFile | undefined {
    const { file, id } = entry;
    // Whatever an entry says, only a name of the kind that is given here is ever removed.
    const isOurs = file !== undefined && /^\..*\.tmp$/.test(file && basename(file));
    const path = isOurs && basename(file).endsWith(`.${id}.tmp`) ? file : undefined;
    try {
      if (path !== undefined) removeAt(path);
      this.journal.remove(entry);
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

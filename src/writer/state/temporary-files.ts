import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { makeFolders } from '../../output/make-folders.js';
import { type ProcessIdentity, isRunning, thisProcess } from '../../output/process-identity.js';
import { FileSystemFailure } from '../file-system-failure.js';

const LONGEST_NAME_BYTES = 255;

/** A temporary file that a process left behind. */
export interface LeftFile {
  readonly path: string;
  /** Why it is still there. */
  readonly error?: unknown;
}

/**
 * Names for files that are not complete yet, and a journal of those that may exist.
 *
 * A temporary file lies beside the one that it is going to be. Its journal entry, a small file in
 * the state folder named after process and file, is there before the file and goes after it: what a
 * killed process left behind is found and removed by the next one, and nobody else's.
 */
export class TemporaryFiles {
  private readonly folder: string;
  private readonly self: ProcessIdentity = thisProcess();

  constructor(stateDirectory: string) {
    this.folder = join(stateDirectory, 'journal');
    makeFolders(this.folder);
  }

  /**
   * A name in the target's folder for a file that is going to be renamed to `target`, entered into the journal.
   *
   * @param id letters, digits and hyphens; unique for each file
   * @throws FileSystemFailure when it can't be entered
   */
  open(id: string, target: string): string {
    const path = temporaryName(target, id, 'tmp');
    try {
      this.enter(id, JSON.stringify({ temporary_file: path }));
      return path;
    } catch (error) {
      throw new FileSystemFailure('enter a file into the journal in', this.folder, error);
    }
  }

  /**
   * Removes the file, if it is still there under its temporary name, and its entry.
   *
   * @returns a file that could not be removed; its entry stays, for the next start to try again
   */
  discard(id: string): LeftFile | undefined {
    const removal = removeEntry(this.entry(id));
    return removal?.error === undefined ? undefined : removal;
  }

  /** Removes the temporary files of processes that are dead, and tells which, with the error if one stays. */
  removeAbandoned(): LeftFile[] {
    return this.remove((name) => isAbandoned(name));
  }

  /** Removes the temporary files of this process, whose threads have ended, and tells which. */
  removeOwn(): LeftFile[] {
    return this.remove((name) => name.startsWith(this.prefix));
  }

  private remove(which: (entryName: string) => boolean): LeftFile[] {
    return readdirSync(this.folder)
      .filter(which)
      .flatMap((name) => removeEntry(join(this.folder, name)) ?? []);
  }

  private enter(id: string, text: string): void {
    try {
      writeFileSync(this.entry(id), text);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      makeFolders(this.folder);
      writeFileSync(this.entry(id), text);
    }
  }

  private entry(id: string): string {
    return join(this.folder, `${this.prefix}${id}`);
  }

  private get prefix(): string {
    return `${this.self.pid}_${this.self.startTime}_`;
  }
}

/** A name beside `target` for something that belongs to the making of it: hidden, 255 bytes at most. */
export function temporaryName(target: string, id: string, suffix: string): string {
  const end = `.${id}.${suffix}`;
  const room = LONGEST_NAME_BYTES - Buffer.byteLength(`.${end}`);
  const name = [...basename(target)];
  while (Buffer.byteLength(name.join('')) > room) name.pop();
  return join(dirname(target), `.${name.join('')}${end}`);
}

function isAbandoned(entryName: string): boolean {
  const [, pid, startTime] = /^(\d+)_([^_]*)_/.exec(entryName) ?? [];
  return pid !== undefined && !isRunning({ pid: Number(pid), startTime });
}

/** The entry goes last: as long as it is there the file is looked for again. */
function removeEntry(entry: string): LeftFile | undefined {
  const path = temporaryFileIn(entry);
  try {
    if (path !== undefined) rmSync(path, { force: true });
    rmSync(entry, { force: true });
    return path === undefined ? undefined : { path };
  } catch (error) {
    return { path: path ?? entry, error };
  }
}

function temporaryFileIn(entry: string): string | undefined {
  try {
    const { temporary_file: file } = JSON.parse(readFileSync(entry, 'utf8'));
    // Whatever an entry says, only a name of the kind that is given above is ever removed.
    if (typeof file === 'string' && /^\..*\.tmp$/.test(basename(file))) return file;
  } catch {
    // Gone, or cut off: then the process died before it made the file.
  }
  return undefined;
}

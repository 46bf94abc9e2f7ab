import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { localStamp } from '../../audit/local-time.js';
import { formatTrailLine } from '../../audit/trail-line.js';
import { errorText } from '../../logging/error-text.js';
import { OpenFolder } from '../../filesystem/open-folder.js';
import { realPath } from '../../filesystem/real-path.js';
import type { WriteRequest } from '../../request/write-request.js';
import { folderAt, removeDurably } from './durable-files.js';
import { textAt } from './error-file-beside.js';

/** The part of a name before the id. */
const TIME = /^(\d{8}-\d{6}|no-time)-/;

/** `failed/` of the state folder: the error files that have no place beside their output files. */
export class FailedFolder {
  private readonly path: string;

  constructor(stateDirectory: string) {
    this.path = join(stateDirectory, 'failed');
  }

  /** Opens it, made where it is missing. @throws FileSystemFailure */
  open(): OpenFolder {
    return folderAt(this.path);
  }

  /** Names of the error files in it. @throws NodeJS.ErrnoException */
  names(): string[] {
    try {
      return readdirSync(this.path).filter((name) => TIME.test(name) && name.endsWith('.err'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }

  /** The text of an error file; undefined where it can't be read. */
  text(name: string): string | undefined {
    return textAt(join(this.path, name));
  }

  /** @throws FileSystemFailure, NodeJS.ErrnoException */
  remove(name: string): void {
    const folder = OpenFolder.open(realPath(this.path));
    try {
      removeDurably(folder, name);
    } finally {
      folder.close();
    }
  }

  /**
   * Removes what earlier failures left, of a request and of the one that it acquires again.
   *
   * @param name of the request's error file, see {@link failedName}
   * @param replayOf id of the request that it acquires again
   * @returns what went wrong
   */
  forget(name: string, replayOf: string | undefined): string[] {
    let folder: OpenFolder | undefined;
    try {
      folder = OpenFolder.open(realPath(this.path));
      for (const each of [name, ...namesOf(replayOf, folder)]) removeDurably(folder, each);
      return [];
    } catch (error) {
      const isMissing = ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
      return isMissing ? [] : [`the error file of an earlier failure stays: ${errorText(error)}`];
    } finally {
      folder?.close();
    }
  }
}

/**
 * The name of a request's error file there: time and request id; one without a usable id is named
 * after what it says, so the same has one file.
 */
export function failedName(request: WriteRequest): string {
  const { timestamp, request_id: id } = request;
  const time = new Date(timestamp * 1000);
  const stamp = Number.isNaN(time.getTime()) ? 'no-time' : localStamp(time);
  const usable = typeof id === 'string' && /^[\w-]{1,64}$/.test(id);
  return `${stamp}-${usable ? id : digestOf(`${formatTrailLine(request)}\n`)}.err`;
}

function digestOf(line: string): string {
  return createHash('sha256').update(line).digest('hex').slice(0, 16);
}

function namesOf(id: string | undefined, folder: OpenFolder): string[] {
  if (id === undefined) return [];
  return readdirSync(folder.at('.')).filter((name) => name.replace(TIME, '') === `${id}.err`);
}

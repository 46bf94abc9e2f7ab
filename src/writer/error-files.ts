import { createHash, randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { localStamp } from '../audit/local-time.js';
import { formatTrailLine } from '../audit/trail-line.js';
import { OpenFolder } from '../output/open-folder.js';
import { NO_FILE, OutputRoots } from '../output/output-roots.js';
import { realPath } from '../output/real-path.js';
import { errorText } from '../logging/error-text.js';
import { identityOf } from '../request/request-order.js';
import type { WriteRequest } from '../request/write-request.js';
import { folderAt, placeOf, removeDurably, writeDurably } from './durable-files.js';
import { errorFileOf, mayReplace } from './error-file-beside.js';
import { FileSystemFailure } from './file-system-failure.js';
import { TemporaryFiles } from './state/temporary-files.js';

/** What became of a request that was to be left on disk. */
export interface LeftRequest {
  /** The error file; undefined if none could be written. */
  readonly path?: string;
  /** Why it does not lie beside the output file. */
  readonly notBeside?: string;
  /** Why it does not lie in the state folder. */
  readonly notInState?: string;
  /** What went wrong without keeping the error file from being written. */
  readonly warnings: readonly string[];
}

/**
 * Where requests are left whose file could not be written: `<output_file>.err`, one trail line, from
 * which the file can be written later. Where that has no place, in `failed/` of the state folder.
 *
 * Calls the file system, which may hang: not for the main thread.
 */
export class ErrorFiles {
  private readonly failed: string;

  constructor(
    private readonly roots: OutputRoots,
    private readonly temporaryFiles: TemporaryFiles,
    stateDirectory: string,
  ) {
    this.failed = join(stateDirectory, 'failed');
  }

  /**
   * Leaves a request on disk. Never throws.
   *
   * @param outputFile of the request, to leave it beside; undefined for the state folder
   */
  leave(request: WriteRequest, outputFile: string | undefined): LeftRequest {
    const line = `${formatTrailLine(request)}\n`;
    const warnings: string[] = [];
    let notBeside: string | undefined;
    try {
      if (outputFile !== undefined && outputFile !== NO_FILE) {
        return { path: this.leaveBeside(request, outputFile, line, warnings), warnings };
      }
    } catch (error) {
      notBeside = errorText(error);
    }
    try {
      const folder = folderAt(this.failed);
      try {
        const path = this.write(folder, nameFor(request, line), line, warnings);
        return { path, notBeside, warnings };
      } finally {
        folder.close();
      }
    } catch (error) {
      return { notBeside, notInState: errorText(error), warnings };
    }
  }

  /**
   * Removes what earlier failures left in `failed/`, of the request and of the one that it acquires
   * again: its file is there now.
   *
   * @throws FileSystemFailure
   */
  forget(request: WriteRequest): void {
    let folder: OpenFolder;
    try {
      folder = OpenFolder.open(realPath(this.failed));
    } catch (error) {
      if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return;
      throw new FileSystemFailure('open', this.failed, error);
    }
    try {
      const own = nameFor(request, `${formatTrailLine(request)}\n`);
      const names = [own, ...failedNamesOf(request.replay_of, folder)];
      for (const name of names) removeDurably(folder, name);
    } finally {
      folder.close();
    }
  }

  /** @throws OutputFileRefused, FileSystemFailure */
  private leaveBeside(
    request: WriteRequest,
    outputFile: string,
    line: string,
    warnings: string[],
  ): string {
    const { path, folder, name } = placeOf(this.roots, outputFile);
    try {
      if (!mayReplace(folder, name, identityOf(request))) {
        throw new Error(`${errorFileOf(path)} is that of a newer request`);
      }
      this.write(folder, errorFileOf(name), line, warnings);
      return errorFileOf(path);
    } finally {
      folder.close();
    }
  }

  private write(folder: OpenFolder, name: string, line: string, warnings: string[]): string {
    const id = randomUUID();
    const temporary = this.temporaryFiles.open(id, folder, name);
    if (temporary.problem) warnings.push(errorText(temporary.problem));
    try {
      writeDurably(folder, name, line, temporary.name);
    } finally {
      const left = this.temporaryFiles.close(id, folder, temporary);
      if (left) warnings.push(`${left.path} could not be removed: ${errorText(left.error)}`);
    }
    return folder.shown(name);
  }
}

function failedNamesOf(id: string | undefined, folder: OpenFolder): string[] {
  if (id === undefined) return [];
  return readdirSync(folder.at('.')).filter((name) => name.replace(TIME, '') === `${id}.err`);
}

/** What comes before the id in a name. */
const TIME = /^(\d{8}-\d{6}|no-time)-/;

/** Time and request id; one without a usable id is named after what it says, so the same has one file. */
function nameFor({ timestamp, request_id: id }: WriteRequest, line: string): string {
  const time = new Date(timestamp * 1000);
  const stamp = Number.isNaN(time.getTime()) ? 'no-time' : localStamp(time);
  const usable = typeof id === 'string' && /^[\w-]{1,64}$/.test(id);
  const name = usable ? id : createHash('sha256').update(line).digest('hex').slice(0, 16);
  return `${stamp}-${name}.err`;
}

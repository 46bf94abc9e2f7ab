import { randomUUID } from 'node:crypto';
import type { OpenFolder } from '../../filesystem/open-folder.js';
import { NO_FILE, OutputRoots } from '../../filesystem/output-roots.js';
import { errorText } from '../../logging/error-text.js';
import type { RequestIdentity } from '../../request/request-order.js';
import { placeOf, writeDurably } from './durable-files.js';
import { errorFileOf, hasText, mayReplace } from './error-file-beside.js';
import { FailedFolder } from './failed-folder.js';
import { TemporaryFiles } from '../state/temporary-files.js';

/** A request that is to be left on disk. */
export interface UnwrittenRequest {
  /** Of a trail, with its line end. */
  readonly line: string;
  readonly identity: RequestIdentity;
  /** To leave it beside; undefined for the state folder. */
  readonly outputFile: string | undefined;
  /** The name of the error file in the state folder. */
  readonly leftAs: string;
}

/** The result of leaving a request on disk. */
export interface LeftRequest {
  /** The error file; undefined if none could be written. */
  readonly path?: string;
  /** Why it does not lie beside the output file. */
  readonly notBeside?: string;
  /** Why it does not lie in the state folder. */
  readonly notInState?: string;
  /** Problems that did not keep the error file from being written. */
  readonly warnings: readonly string[];
}

/**
 * Where requests are left whose file could not be written: `<output_file>.err`, one trail line, from
 * which the file can be written later. Where that has no place, in `failed/` of the state folder.
 *
 * Calls the file system, which may hang: not for the main thread.
 */
export class ErrorFiles {
  private readonly failed: FailedFolder;

  constructor(
    private readonly roots: OutputRoots,
    private readonly temporaryFiles: TemporaryFiles,
    stateDirectory: string,
  ) {
    this.failed = new FailedFolder(stateDirectory);
  }

  /** Never throws. */
  leave(request: UnwrittenRequest): LeftRequest {
    const { line, outputFile, leftAs } = request;
    const warnings: string[] = [];
    let notBeside: string | undefined;
    try {
      if (outputFile !== undefined && outputFile !== NO_FILE) {
        return { path: this.leaveBeside(request, outputFile, warnings), warnings };
      }
    } catch (error) {
      notBeside = errorText(error);
    }
    try {
      const folder = this.failed.open();
      try {
        if (!hasText(folder, leftAs, line)) this.write(folder, leftAs, line, warnings);
        return { path: folder.shown(leftAs), notBeside, warnings };
      } finally {
        folder.close();
      }
    } catch (error) {
      return { notBeside, notInState: errorText(error), warnings };
    }
  }

  /** @throws OutputFileRefused, FileSystemFailure */
  private leaveBeside(
    { line, identity }: UnwrittenRequest,
    outputFile: string,
    warnings: string[],
  ): string {
    const { path, folder, name } = placeOf(this.roots, outputFile);
    try {
      if (!mayReplace(folder, name, identity)) {
        throw new Error(`${errorFileOf(path)} is that of a newer request`);
      }
      const errorFile = errorFileOf(name);
      // That of a request that is tried again and again lies there already.
      if (!hasText(folder, errorFile, line)) this.write(folder, errorFile, line, warnings);
      return errorFileOf(path);
    } finally {
      folder.close();
    }
  }

  private write(folder: OpenFolder, name: string, line: string, warnings: string[]): void {
    const id = randomUUID();
    const temporary = this.temporaryFiles.open(id, folder, name);
    if (temporary.problem) warnings.push(errorText(temporary.problem));
    try {
      writeDurably(folder, name, line, temporary.name);
    } finally {
      const left = this.temporaryFiles.close(id, folder, temporary);
      if (left) warnings.push(`${left.path} could not be removed: ${errorText(left.error)}`);
    }
  }
}

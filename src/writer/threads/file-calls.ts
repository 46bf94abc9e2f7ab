import { statSync } from 'node:fs';
import { lockFile } from '../../audit/kernel-lock.js';
import { errorText } from '../../logging/error-text.js';
import { OutputRoots } from '../../filesystem/output-roots.js';
import { OutputFileRefused } from '../../request/errors.js';
import { proveFolder } from '../ability/prove-folder.js';
import { ErrorFiles, type UnwrittenRequest, type LeftRequest } from '../error-files/error-files.js';
import { AnsweredRequests, type Cleared } from '../error-files/answered-requests.js';
import { FailedFolder } from '../error-files/failed-folder.js';
import { FileReader } from '../../hdf5/read/thread/file-reader.js';
import type { Death } from '../../report/report.js';
import { appendLines } from '../run-log/append-lines.js';
import { Deaths } from '../state/deaths.js';
import { type LeftFile, TemporaryFiles } from '../state/temporary-files.js';

/** Where a writer's files lie; plain data. */
export interface FilePlaces {
  readonly outputRoots: readonly string[];
  readonly stateDirectory: string;
}

/** A temporary file that was left behind, and why it is still there. */
export interface RemovedFile {
  readonly path: string;
  readonly problem?: string;
}

/** File operations of a writer besides its jobs; each call may hang as long as a file server does. */
export class FileCalls {
  private readonly roots: OutputRoots;
  private readonly temporaryFiles: TemporaryFiles;
  private readonly errorFiles: ErrorFiles;
  private readonly failed: FailedFolder;
  private readonly answered: AnsweredRequests;
  private readonly deaths: Deaths;

  private readonly stateDirectory: string;

  constructor({ outputRoots, stateDirectory }: FilePlaces) {
    this.stateDirectory = stateDirectory;
    this.roots = new OutputRoots(outputRoots);
    this.temporaryFiles = new TemporaryFiles(stateDirectory);
    this.failed = new FailedFolder(stateDirectory);
    this.answered = new AnsweredRequests(this.roots, this.failed, new FileReader());
    this.deaths = new Deaths(stateDirectory);
    this.errorFiles = new ErrorFiles(this.roots, this.temporaryFiles, stateDirectory);
  }

  leave(request: UnwrittenRequest): LeftRequest {
    return this.errorFiles.leave(request);
  }

  /** Appends lines to the log of a run. */
  appendToLog(logFile: string, lines: readonly string[]): void {
    appendLines(this.roots, logFile, lines);
  }

  /** The path of the file that a request names; undefined if it does not exist. */
  existing(outputFile: string): string | undefined {
    try {
      const path = this.roots.resolve(outputFile);
      return statSync(path, { throwIfNoEntry: false })?.isFile() ? path : undefined;
    } catch (error) {
      if (error instanceof OutputFileRefused) return undefined;
      throw error;
    }
  }

  /** @returns a file of a thread that is gone, if it could not be removed */
  discard(attemptId: string): RemovedFile | undefined {
    const left = this.temporaryFiles.discard(attemptId);
    return left && withText(left);
  }

  removeAbandoned(): RemovedFile[] {
    return this.temporaryFiles.removeAbandoned(lockFile).map(withText);
  }

  removeOwn(): RemovedFile[] {
    return this.temporaryFiles.removeOwn().map(withText);
  }

  /** Requests that were being written when their process died, those that were recorded before included. */
  findDeaths(): Death[] {
    this.temporaryFiles.findDeaths(lockFile);
    return this.deaths.list();
  }

  forgetDeaths(deathIds: readonly string[]): void {
    this.deaths.forget(deathIds);
  }

  touch(): void {
    this.temporaryFiles.touch();
  }

  /** Proves that the state folder can be used. */
  prove(): void {
    this.temporaryFiles.prove();
  }

  /** Names of the error files in the state folder. */
  leftInState(): string[] {
    return this.failed.names();
  }

  /** Removes an error file of the state folder, if its request is answered on disk. */
  clearInState(name: string): Promise<Cleared | undefined> {
    return this.answered.clearInState(name);
  }

  /** The same for the error file beside an output file; `gone` where there is none. */
  clearBeside(outputFile: string): Promise<Cleared | 'gone' | undefined> {
    return this.answered.clearBeside(outputFile);
  }

  /** Proves that output files can be made in a folder. */
  proveFolder(path: string): void {
    proveFolder(path, this.roots, this.temporaryFiles, this.stateDirectory);
  }

  rootsAreUsable(): boolean {
    return this.roots.areUsable;
  }
}

/** An error that is thrown in a thread loses its code on the way to another one. */
function withText({ path, error }: LeftFile): RemovedFile {
  return { path, problem: error === undefined ? undefined : errorText(error) };
}

import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { parseTrailLine } from '../../audit/trail-line.js';
import type { OutputRoots } from '../../filesystem/output-roots.js';
import type { FileReader } from '../../hdf5/read/thread/file-reader.js';
import { outputFileOf } from '../../request/parse-write-request.js';
import { OutputFileRefused } from '../../request/errors.js';
import { requestKey } from '../../request/request-key.js';
import { type RequestIdentity, identityOf, isNewer } from '../../request/request-order.js';
import { FileLook } from '../job/file-there.js';
import { placeOf } from './durable-files.js';
import { errorFileOf, removeErrorFile, textAt } from './error-file-beside.js';
import type { FailedFolder } from './failed-folder.js';

/** A request that has an error file. */
interface Left {
  readonly identity: RequestIdentity;
  /** As it names it. */
  readonly outputFile: string | undefined;
}

/** An error file that was removed. */
export interface Cleared {
  readonly requestId: string | undefined;
  /** The file that answers it, absolute. */
  readonly outputFile: string;
}

/**
 * Error files whose requests are answered on disk: under the output file's name there is the file of the same
 * request, of one that acquires it again, or of a newer one. Whoever wrote it may not have seen the error file.
 */
export class AnsweredRequests {
  private readonly left = new Map<string, Left | undefined>();
  private readonly looks = new Map<string, FileLook>();

  constructor(
    private readonly roots: OutputRoots,
    private readonly failed: FailedFolder,
    private readonly reader: FileReader,
  ) {}

  /**
   * Removes an error file of the state folder, if its request is answered.
   *
   * @throws FileUnreadable, FileSystemFailure, or the system's error
   */
  async clearInState(name: string): Promise<Cleared | undefined> {
    if (!this.left.has(name)) this.left.set(name, leftIn(this.failed.text(name)));
    const left = this.left.get(name);
    const answer = left && (await this.answerTo(left, this.pathOf(left.outputFile)));
    if (answer === undefined) return undefined;
    this.failed.remove(name);
    this.left.delete(name);
    return answer;
  }

  /**
   * The same for the error file beside an output file.
   *
   * @param outputFile absolute
   * @returns `gone` where somebody has removed it
   */
  async clearBeside(outputFile: string): Promise<Cleared | 'gone' | undefined> {
    const path = this.pathOf(outputFile);
    if (path === undefined) return 'gone';
    if (!statSync(errorFileOf(path), { throwIfNoEntry: false })) return 'gone';
    if (!isFile(path)) return undefined;
    const left = leftIn(textAt(errorFileOf(path)));
    const answer = left && (await this.answerTo(left, path));
    if (answer === undefined) return undefined;
    const { folder } = placeOf(this.roots, path);
    try {
      removeErrorFile(folder, basename(path), left!.identity);
    } finally {
      folder.close();
    }
    return answer;
  }

  private async answerTo(
    { identity }: Left,
    outputFile: string | undefined,
  ): Promise<Cleared | undefined> {
    if (outputFile === undefined || !isFile(outputFile)) return undefined;
    const look = this.looks.get(outputFile) ?? new FileLook(this.reader, outputFile);
    this.looks.set(outputFile, look);
    const there = await look.now();
    if (!there || there.damaged !== undefined || !answers(there.of, identity)) return undefined;
    this.looks.delete(outputFile);
    return { requestId: identity.id, outputFile };
  }

  /** Absolute; undefined where it has no place among the output files. */
  private pathOf(outputFile: string | undefined): string | undefined {
    try {
      return outputFile === undefined ? undefined : this.roots.resolve(outputFile);
    } catch (error) {
      if (error instanceof OutputFileRefused) return undefined;
      throw error;
    }
  }
}

/** A replay that failed is not answered by the file that it was to replace. */
function answers(file: RequestIdentity, request: RequestIdentity): boolean {
  const { id } = request;
  const isOfIt = id !== undefined && (file.id === id || file.replayOf === id);
  return isOfIt || isNewer(file, request, Date.now() / 1000);
}

function leftIn(text: string | undefined): Left | undefined {
  const line = parseTrailLine((text ?? '').trimEnd());
  if ('damaged' in line) return undefined;
  const { request } = line;
  const identity = identityOf(request);
  // By what it says a request without an id is known to those that acquire it again.
  return { identity: { ...identity, id: requestKey(request) }, outputFile: outputFileOf(request) };
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

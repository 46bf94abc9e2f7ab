import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { localStamp } from '../audit/local-time.js';
import { formatTrailLine } from '../audit/trail-line.js';
import { EventLog } from '../logging/event-log.js';
import { NO_FILE, OutputRoots } from '../output/output-roots.js';
import { outputFileOf } from '../request/parse-write-request.js';
import type { WriteRequest } from '../request/write-request.js';
import { makeFoldersDurably, removeDurably, writeDurably } from './durable-files.js';
import { TemporaryFiles } from './state/temporary-files.js';

/**
 * Where requests are left whose file could not be written: `<output_file>.err`, one trail line, from
 * which the file can be written later. Where that is no place, in `failed/` of the state folder.
 */
export class ErrorFiles {
  private readonly logger = new EventLog('Writer');
  private readonly failed: string;

  constructor(
    private readonly roots: OutputRoots,
    private readonly temporaryFiles: TemporaryFiles,
    stateDirectory: string,
  ) {
    this.failed = join(stateDirectory, 'failed');
  }

  /**
   * Leaves a request on disk.
   *
   * @returns the error file, or undefined if none could be written: then the log has the request
   */
  leave(request: WriteRequest): string | undefined {
    const line = `${formatTrailLine(request)}\n`;
    const facts = { request_id: request.request_id, output_file: outputFileOf(request) };
    try {
      const path = this.besideOutputFile(request);
      if (path) return this.write(path, line);
    } catch (error) {
      this.logger.warn('no error file beside the output file', { ...facts, error });
    }
    try {
      makeFoldersDurably(this.failed);
      return this.write(join(this.failed, nameFor(request, line)), line);
    } catch (error) {
      this.logger.fatal('request could not be left on disk', { ...facts, error, line });
      return undefined;
    }
  }

  /**
   * Removes what earlier failures left in `failed/`, of the request and of the one that it acquires
   * again: its file is there now.
   */
  forget(request: WriteRequest): void {
    try {
      const own = nameFor(request, `${formatTrailLine(request)}\n`);
      const names = [own, ...this.failedNamesOf(request.replay_of)];
      for (const name of names) removeDurably(join(this.failed, name));
    } catch (error) {
      this.logger.warn('the error file of an earlier failure stays', {
        request_id: request.request_id,
        error,
      });
    }
  }

  private failedNamesOf(id: string | undefined): string[] {
    if (id === undefined || !existsSync(this.failed)) return [];
    return readdirSync(this.failed).filter((name) => name.replace(TIME, '') === `${id}.err`);
  }

  /** Undefined where there is no file to lie beside. @throws OutputFileRefused */
  private besideOutputFile(request: WriteRequest): string | undefined {
    const outputFile = outputFileOf(request);
    if (outputFile === undefined || outputFile === NO_FILE) return undefined;
    const path = this.roots.resolve(outputFile);
    makeFoldersDurably(dirname(path));
    this.roots.resolve(outputFile);
    return `${path}.err`;
  }

  private write(path: string, line: string): string {
    const id = randomUUID();
    const temporary = this.temporaryFiles.open(id, path);
    try {
      writeDurably(path, line, temporary);
    } finally {
      this.temporaryFiles.discard(id);
    }
    return path;
  }
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

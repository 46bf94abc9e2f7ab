import type { Death } from '../report/report.js';
import { errorText } from '../logging/error-text.js';
import { EventLog } from '../logging/event-log.js';
import { formatTrailLine } from '../audit/trail-line.js';
import type { UnwrittenRequest, LeftRequest } from './error-files/error-files.js';
import type { HeldRequest } from './held-request.js';
import type { OwnerLock } from './state/owner-lock.js';
import type { FileWorker } from './threads/file-worker.js';

const HOUR_MS = 60 * 60 * 1000;

/** The error file of a request, if it has one. */
export interface ErrorFileLeft {
  readonly path?: string;
  /** Why none could be written. */
  readonly problem?: string;
}

/**
 * Files that a writer handles besides its jobs: error files, and temporary files that were left behind. All
 * of it away from the main thread. What fails is logged and counted, and stops no file.
 */
export class Housekeeping {
  private readonly logger = new EventLog('Writer');
  private failed = 0;
  private touching: NodeJS.Timeout | undefined;

  /** @param lock that tells other processes whether this one runs */
  constructor(
    private readonly files: FileWorker,
    private readonly lock?: OwnerLock,
  ) {}

  /** How often something failed since the writer started. */
  get failures(): number {
    return this.failed;
  }

  /** Removes what dead writers left, and tells of its own temporary files every hour that they are in use. */
  async start(): Promise<void> {
    await this.attempt("the state folder can't be used", async () => {
      await this.files.call('prove');
      await this.lock?.take();
    });
    await this.attempt('abandoned temporary files were not looked for', async () => {
      for (const { path: file, problem } of await this.files.call('removeAbandoned')) {
        if (problem === undefined) this.logger.log('abandoned temporary file removed', { file });
        else this.note('abandoned temporary file stays', { file, error: problem });
      }
    });
    const touch = () =>
      this.attempt('temporary files could not be marked as in use', () => this.files.call('touch'));
    this.touching = setInterval(() => void touch(), HOUR_MS).unref();
  }

  /** Leaves a request on disk. Where no error file can be written the log has the request. */
  async leave({ request, identity, outputFile, leftAs }: HeldRequest): Promise<ErrorFileLeft> {
    const facts = { request_id: identity.id, output_file: outputFile };
    const line = `${formatTrailLine(request)}\n`;
    const failed = { line, identity, outputFile, leftAs };
    const { path, notBeside, notInState, warnings } = await this.tryToLeave(failed);
    if (notBeside !== undefined) {
      this.note('no error file beside the output file', { ...facts, error: notBeside });
    }
    for (const error of warnings) this.note('needs attention', { ...facts, error });
    if (path === undefined) {
      this.logger.fatal('request could not be left on disk', { ...facts, error: notInState, line });
      this.failed++;
      return { problem: problemOf(notBeside, notInState) };
    }
    return { path };
  }

  /** Appends lines to the log file that a request names. */
  appendToLog(
    file: string,
    lines: readonly string[],
    { identity }: Pick<HeldRequest, 'identity'>,
  ): Promise<void> {
    const facts = { request_id: identity.id, file };
    return this.attempt(
      'the log of a run lacks lines',
      () => this.files.call('appendToLog', file, lines),
      facts,
    );
  }

  /** Requests that were being written when their process died. @throws FileCallFailed */
  findDeaths(): Promise<Death[]> {
    return this.files.call('findDeaths');
  }

  /** @throws FileCallFailed */
  forgetDeaths(deathIds: readonly string[]): Promise<void> {
    return this.files.call('forgetDeaths', deathIds);
  }

  /** Removes the temporary file of an attempt whose thread is gone. @returns what went wrong */
  async discard(attemptId: string): Promise<string[]> {
    try {
      const left = await this.files.call('discard', attemptId);
      return left ? [`${left.path} could not be removed: ${left.problem}`] : [];
    } catch (error) {
      return [`a temporary file could not be removed: ${errorText(error)}`];
    }
  }

  /** The path of the file that a request names; undefined if it does not exist. @throws FileCallFailed */
  existing(outputFile: string): Promise<string | undefined> {
    return this.files.call('existing', outputFile);
  }

  /** Names of the error files in the state folder. @throws FileCallFailed */
  leftInState(): Promise<string[]> {
    return this.files.call('leftInState');
  }

  /** Whether files can be written to one of the roots at least. @throws FileCallFailed */
  rootsAreUsable(): Promise<boolean> {
    return this.files.call('rootsAreUsable');
  }

  /** Removes the temporary files of threads that have ended, and ends. */
  async end(): Promise<void> {
    clearInterval(this.touching);
    await this.attempt('temporary files may be left', () => this.files.call('removeOwn'));
    await this.attempt('the lock of this process stays', async () => this.lock?.release());
    await this.files.close();
  }

  /** A folder that hangs is passed over, with a fresh thread. */
  private async tryToLeave(request: UnwrittenRequest): Promise<LeftRequest> {
    let notBeside: string | undefined;
    try {
      return await this.files.call('leave', request);
    } catch (error) {
      notBeside = errorText(error);
    }
    try {
      const left = await this.files.call('leave', { ...request, outputFile: undefined });
      return { ...left, notBeside };
    } catch (error) {
      return { notBeside, notInState: errorText(error), warnings: [] };
    }
  }

  private async attempt(
    complaint: string,
    action: () => Promise<unknown>,
    facts: object = {},
  ): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.note(complaint, { ...facts, error });
    }
  }

  private note(complaint: string, facts: object): void {
    this.failed++;
    this.logger.warn(complaint, facts);
  }
}

function problemOf(notBeside: string | undefined, notInState: string | undefined): string {
  const problems = [
    notBeside === undefined ? [] : `not beside the output file: ${notBeside}`,
    `not in the state folder: ${notInState}`,
  ];
  return problems.flat().join('; ');
}

import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import { EventLog } from '../../logging/event-log.js';
import type { JobOptions, JobOutcome, JobProgress } from '../job/job.js';
import type { FromThread, Task, ToThread, Trial } from './messages.js';
import { keepNewSpaceSmall } from './new-space.js';
import { ThreadLost } from '../errors.js';

/**
 * MB of JavaScript objects in a thread. Rows are not among them: typed arrays and HDF5's memory
 * lie outside this limit.
 */
const HEAP_LIMIT_MB = 128;

/**
 * MB for objects that were just made. Nearly all of them die young, and the memory that they had stays
 * resident: with the default of 48 MB for no gain.
 */
const YOUNG_HEAP_LIMIT_MB = 3;

const MAX_LINE_LENGTH = 300;

/** Hears of a job while it runs. */
export interface JobListener {
  /** It moves on. */
  readonly progress?: (progress: JobProgress) => void;
  /** It waits for data from now on. */
  readonly waits?: () => void;
  /** It has waited, and goes on when this resolves. */
  readonly mayGoOn?: () => Promise<void>;
}

/** The job that a thread has. */
interface Current {
  readonly requestId: string | undefined;
  readonly resolve: (outcome: JobOutcome) => void;
  readonly reject: (lost: ThreadLost) => void;
  readonly listener: JobListener;
}

/** One worker thread, as the main thread sees it. */
export class Thread {
  private readonly logger = new EventLog('Writer');
  private readonly worker: Worker;
  private isReady = false;
  /** Settles when it has tried itself out. @throws ThreadLost */
  readonly triedOut: Promise<Trial>;
  private endTrial!: { found: (trial: Trial) => void; lost: (error: ThreadLost) => void };
  private current: Current | undefined;
  private lost: ThreadLost | undefined;

  /** @param abortLimitMs for a job that was told to end, until its thread is ended */
  constructor(
    entry: URL,
    options: JobOptions,
    private readonly abortLimitMs: number,
  ) {
    this.worker = new Worker(entry, {
      name: 'job',
      workerData: options,
      resourceLimits: {
        maxOldGenerationSizeMb: HEAP_LIMIT_MB,
        maxYoungGenerationSizeMb: YOUNG_HEAP_LIMIT_MB,
      },
      // Output of libraries, WebAssembly's last words included, must not get between log lines.
      stdout: true,
      stderr: true,
    });
    this.triedOut = new Promise((found, lost) => (this.endTrial = { found, lost }));
    // Only the first thread is waited for.
    this.triedOut.catch(() => undefined);
    for (const stream of [this.worker.stdout, this.worker.stderr]) {
      createInterface(stream).on('line', (line) => {
        const request_id = this.current?.requestId;
        const said = { request_id, line: line.slice(0, MAX_LINE_LENGTH) };
        this.logger.debug('output of a worker thread', said);
      });
    }
    this.worker.once('online', keepNewSpaceSmall);
    this.worker.on('message', (message: FromThread) => this.hear(message));
    this.worker.on('error', (error) => this.lose(reasonOf(error), error));
    this.worker.on('exit', (code) => this.lose(`it exited with code ${code}`));
  }

  /** Whether it can't take a job any more. */
  get isLost(): boolean {
    return this.lost !== undefined;
  }

  /**
   * Has one task carried out; one at a time.
   *
   * @param abort tells the job to end early, and ends the thread if it does not obey
   * @throws ThreadLost when the thread ends before the job does
   */
  async run(task: Task, abort: AbortSignal, listener: JobListener = {}): Promise<JobOutcome> {
    if (this.lost) throw this.lost;
    let overdue: NodeJS.Timeout | undefined;
    const onAbort = () => {
      this.post({ type: 'abort' });
      overdue = setTimeout(() => void this.end(), this.abortLimitMs);
    };
    const outcome = new Promise<JobOutcome>((resolve, reject) => {
      this.current = { requestId: requestOf(task), resolve, reject, listener };
    });
    abort.addEventListener('abort', onAbort, { once: true });
    try {
      this.post(task);
      if (abort.aborted) onAbort();
      return await outcome;
    } finally {
      this.current = undefined;
      clearTimeout(overdue);
      abort.removeEventListener('abort', onAbort);
    }
  }

  /** Ends the thread, and the job that it may have. */
  async end(): Promise<void> {
    await this.worker.terminate();
  }

  private hear(message: FromThread): void {
    this.isReady = true;
    const { current } = this;
    switch (message.type) {
      case 'outcome':
        return current?.resolve(message.outcome);
      case 'progress':
        return current?.listener.progress?.(message.progress);
      case 'waits':
        return current?.listener.waits?.();
      case 'has waited':
        return void this.letGoOn(current);
      case 'tried out':
        return this.endTrial.found(message);
    }
  }

  private async letGoOn(job: Current | undefined): Promise<void> {
    await job?.listener.mayGoOn?.();
    if (this.current === job) this.post({ type: 'go on' });
  }

  private lose(reason: string, cause?: unknown): void {
    this.lost ??= new ThreadLost(reason, this.isReady, { cause });
    this.current?.reject(this.lost);
    this.endTrial.lost(this.lost);
  }

  private post(message: ToThread): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
    this.worker.postMessage(message);
  }
}

function requestOf(task: Task): string | undefined {
  return task.type === 'job' ? task.job.request.id : task.look.asked.id;
}

function reasonOf(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return `it ran out of memory (${HEAP_LIMIT_MB} MB)`;
  return error.message || error.name;
}

import { Worker } from 'node:worker_threads';
import type { Job, JobOptions, JobOutcome } from '../job/job.js';
import type { FromThread, ToThread } from './messages.js';
import { ThreadLost } from './thread-lost.js';

/**
 * MB of JavaScript objects in a thread. Rows are not among them: typed arrays and HDF5's memory
 * lie outside this limit.
 */
const HEAP_LIMIT_MB = 256;

/** ms for a job that was told to end until its thread is ended. */
const ABORT_LIMIT_MS = 5000;

/** One worker thread, as the main thread sees it. */
export class Thread {
  private readonly worker: Worker;
  private readonly ended: Promise<ThreadLost>;
  private lost = false;

  constructor(entry: URL, options: JobOptions) {
    this.worker = new Worker(entry, {
      name: 'job',
      workerData: options,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_LIMIT_MB },
    });
    // Both events are waited for from the beginning: an error without a listener ends the process.
    this.ended = new Promise((resolve) => {
      this.worker.once('error', (error) => resolve(new ThreadLost(reasonOf(error), { cause: error })));
      this.worker.once('exit', (code) => resolve(new ThreadLost(`it exited with code ${code}`)));
    });
    void this.ended.then(() => (this.lost = true));
  }

  /** Whether it can't take a job any more. */
  get isLost(): boolean {
    return this.lost;
  }

  /**
   * Has one job carried out; one at a time.
   *
   * @param abort tells the job to end early, and ends the thread if it does not obey
   * @throws ThreadLost when the thread ends before the job does
   */
  async run(job: Job, abort: AbortSignal): Promise<JobOutcome> {
    let overdue: NodeJS.Timeout | undefined;
    const onAbort = () => {
      this.post({ type: 'abort' });
      overdue = setTimeout(() => void this.end(), ABORT_LIMIT_MS);
    };
    const outcome = new Promise<JobOutcome>((resolve) => {
      this.worker.once('message', ({ outcome }: FromThread) => resolve(outcome));
    });
    abort.addEventListener('abort', onAbort, { once: true });
    try {
      this.post({ type: 'job', job });
      if (abort.aborted) onAbort();
      return await Promise.race([outcome, this.ended.then((lost) => Promise.reject(lost))]);
    } finally {
      clearTimeout(overdue);
      abort.removeEventListener('abort', onAbort);
      this.worker.removeAllListeners('message');
    }
  }

  /** Ends the thread, and the job that it may have. */
  async end(): Promise<void> {
    await this.worker.terminate();
  }

  private post(message: ToThread): void {
    this.worker.postMessage(message);
  }
}

function reasonOf(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return `it ran out of memory (${HEAP_LIMIT_MB} MB)`;
  return error.message || error.name;
}

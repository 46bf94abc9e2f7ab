import { createInterface } from 'node:readline';
import { Worker, type WorkerOptions } from 'node:worker_threads';
import { EventLog } from '../../logging/event-log.js';
import { addressSpaceProblem } from '../../hdf5/library/address-space.js';
import type { PartnerOffer } from '../../hdf5/handed/partnership.js';
import type { JobOptions, JobOutcome, JobProgress } from '../job/job.js';
import type { FromThread, JobThreadData, PartnerReady, Task, ToThread, Trial } from './messages.js';
import { keepNewSpaceSmall } from './new-space.js';
import { ThreadLost } from '../errors.js';

/**
 * MB of JavaScript objects in a thread: 5 KB for each channel of a file that is written, of which there may be
 * 50,000. Rows are not among them: typed arrays and HDF5's memory
 * lie outside this limit.
 */
const HEAP_LIMIT_MB = 512;

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

interface PartnerWorker {
  readonly worker: Worker;
  /** It can write files; from then on nobody knows which file it has. */
  isReady: boolean;
}

/** The modules that threads run. */
export interface JobThreadEntries {
  readonly jobs: URL;
  /** Of a thread that writes large files for another; without it job threads do that themselves. */
  readonly partners?: URL;
}

/**
 * One worker thread that carries out jobs, and its partner if it has one, as the main thread sees them: where
 * one of them ends, so does the other, and the job that they may have. Either may be waiting for the other.
 */
export class Thread {
  private readonly logger = new EventLog('Writer');
  private readonly worker: Worker;
  private isReady = false;
  /** Settles when it has tried itself out. @throws ThreadLost */
  readonly triedOut: Promise<Trial>;
  private endTrial!: { found: (trial: Trial) => void; lost: (error: ThreadLost) => void };
  private current: Current | undefined;
  private lost: ThreadLost | undefined;
  private partner: PartnerWorker | undefined;

  /**
   * @param abortLimitMs for a job that was told to end, until its thread is ended
   * @param partner whether it has one from the start
   */
  constructor(
    private readonly entries: JobThreadEntries,
    options: JobOptions,
    private readonly abortLimitMs: number,
    partner: JobThreadData['partner'] = 'when asked for',
  ) {
    const data: JobThreadData = { ...options, ...(entries.partners && { partner }) };
    this.worker = this.newWorker(entries.jobs, { name: 'job', workerData: data });
    this.triedOut = new Promise((found, lost) => (this.endTrial = { found, lost }));
    // Only the first thread is waited for.
    this.triedOut.catch(() => undefined);
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
    await Promise.all([this.worker.terminate(), this.partner?.worker.terminate()]);
  }

  /** @throws Error where the engine can't start one */
  private newWorker(entry: URL, options: WorkerOptions): Worker {
    const worker = new Worker(entry, {
      ...options,
      resourceLimits: {
        maxOldGenerationSizeMb: HEAP_LIMIT_MB,
        maxYoungGenerationSizeMb: YOUNG_HEAP_LIMIT_MB,
      },
      // Output of libraries, WebAssembly's last words included, must not get between log lines.
      stdout: true,
      stderr: true,
    });
    for (const stream of [worker.stdout, worker.stderr]) {
      createInterface(stream).on('line', (line) => {
        const request_id = this.current?.requestId;
        const said = { request_id, line: line.slice(0, MAX_LINE_LENGTH) };
        this.logger.debug('output of a worker thread', said);
      });
    }
    worker.once('online', keepNewSpaceSmall);
    return worker;
  }

  private startPartner(offer: PartnerOffer): void {
    if (this.lost) return;
    // What is left belongs to the job thread, should it still load.
    const problem = addressSpaceProblem(this.isReady ? 1 : 2);
    if (problem !== undefined) return this.doWithoutPartner(problem);
    let worker: Worker;
    try {
      const { port } = offer;
      const options = { name: 'hdf5', workerData: offer, transferList: [port] };
      worker = this.newWorker(this.entries.partners!, options);
    } catch (error) {
      return this.doWithoutPartner(reasonOf(error as Error));
    }
    const partner: PartnerWorker = { worker, isReady: false };
    this.partner = partner;
    worker.on('message', (_message: PartnerReady) => (partner.isReady = true));
    const end = (reason: string, cause?: unknown) => {
      if (partner.isReady) this.lose(reason, cause);
      else if (this.partner === partner) this.doWithoutPartner(reason);
    };
    worker.on('error', (error) => end(reasonOf(error), error));
    worker.on('exit', (code) => end(`it exited with code ${code}`));
  }

  /** Large files are written in one thread, which takes longer. */
  private doWithoutPartner(reason: string): void {
    this.partner = undefined;
    this.logger.debug('a job has one thread, as a second one could not be started', { reason });
    this.post({ type: 'no partner' });
  }

  private hear(message: FromThread): void {
    this.isReady ||= message.type !== 'wants partner';
    const { current } = this;
    switch (message.type) {
      case 'wants partner':
        return this.startPartner(message.offer);
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
    if (this.lost) return;
    const lost = (this.lost = new ThreadLost(reason, this.isReady, { cause }));
    // Nobody goes on with a file that either of them may still write to.
    void this.end().finally(() => {
      this.current?.reject(lost);
      this.endTrial.lost(lost);
    });
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

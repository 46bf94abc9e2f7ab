import type { Job, JobOptions, JobOutcome, JobProgress, OutputLookup } from '../job/job.js';
import type { Task } from './messages.js';
import { EventLog } from '../../logging/event-log.js';
import { EXHAUSTED, exhaustionIn } from '../job/exhaustion.js';
import { failureOf } from '../job/failure-of.js';
import { CannotWrite } from '../errors.js';
import { Places } from './places.js';
import { Thread } from './thread.js';

/** Signals and callbacks around a job. */
export interface RunOptions {
  /** Ends the wait for a place: its reason is thrown. */
  readonly giveUp: AbortSignal;
  /** Ends the job that runs. */
  readonly abort: AbortSignal;
  /** Called when the wait is over. */
  readonly started: () => void;
  /** Called as the job moves on. */
  readonly progress?: (progress: JobProgress) => void;
}

export interface ThreadPoolOptions {
  /** Jobs at once. */
  readonly size: number;
  /** The module that threads run. */
  readonly entry: URL;
  /** Options of every job. */
  readonly jobs: JobOptions;
  /** For a job that was told to end, until its thread is ended; 5 s by default. */
  readonly abortLimitMs?: number;
}

const DEFAULT_ABORT_LIMIT_MS = 5000;

/**
 * Worker threads that carry out jobs: one from the start, others when there is work for them. They are
 * kept for the next job, and replaced after a failure that may have left something behind in them.
 */
export class ThreadPool {
  private readonly idle: Thread[] = [];
  private readonly logger = new EventLog('Writer');
  private readonly places: Places;
  private lost = 0;

  constructor(private readonly options: ThreadPoolOptions) {
    this.places = new Places(options.size);
  }

  /**
   * Starts the first thread and waits until it is ready for its job; others start when they are needed.
   *
   * @throws CannotWrite
   */
  async start(): Promise<void> {
    const thread = this.newThread();
    this.idle.push(thread);
    const { warning, problem } = await thread.triedOut.catch((error: unknown) => ({
      warning: undefined,
      problem: failureOf(error).message,
    }));
    if (problem !== undefined) throw new CannotWrite(problem);
    if (warning)
      this.logger.warn('the warm-up before the first job had a problem', { reason: warning });
  }

  /**
   * Has a job carried out as soon as there is a place.
   *
   * @throws ThreadLost when the job took its thread with it; the reason of `giveUp`
   */
  run(job: Job, options: RunOptions): Promise<JobOutcome> {
    return this.carryOut({ type: 'job', job }, options);
  }

  /**
   * Has an output file looked at as soon as there is a place.
   *
   * @returns the outcome that failed, or what is there instead
   * @throws ThreadLost
   */
  look(look: OutputLookup): Promise<JobOutcome> {
    const never = new AbortController().signal;
    const options = { giveUp: never, abort: never, started: () => undefined };
    return this.carryOut({ type: 'look', look }, options);
  }

  /** Places for jobs; those that are taken; idle threads; and threads lost so far, with or without a job. */
  counts(): { places: number; busy: number; idle: number; lost: number } {
    const { size: places } = this.options;
    const gone = this.idle.filter(({ isLost }) => isLost).length;
    const idle = this.idle.length - gone;
    return { places, busy: this.places.taken, idle, lost: this.lost + gone };
  }

  /** Ends the threads that are idle. */
  async close(): Promise<void> {
    await Promise.all(this.idle.splice(0).map((thread) => thread.end()));
  }

  private async carryOut(
    task: Task,
    { giveUp, abort, started, progress }: RunOptions,
  ): Promise<JobOutcome> {
    await this.places.take(giveUp);
    try {
      started();
      const thread = this.takeThread();
      try {
        const outcome = await thread.run(task, abort, progress);
        const isExhausted = outcome.failure?.code === EXHAUSTED;
        if (isExhausted) await this.makeRoom();
        if (!isExhausted && !outcome.needsFreshThread) this.idle.push(thread);
        else await thread.end();
        return outcome;
      } catch (error) {
        this.lost++;
        await thread.end();
        if (exhaustionIn(error)) await this.makeRoom();
        throw error;
      }
    } finally {
      this.places.leave();
    }
  }

  /** Has fewer jobs at once until there is room again. */
  private async makeRoom(): Promise<void> {
    if (this.places.lower()) {
      this.logger.warn('fewer requests at once, as descriptors, memory or threads are used up', {
        concurrency: this.places.limit,
      });
    }
    await this.close();
  }

  private takeThread(): Thread {
    for (;;) {
      const thread = this.idle.pop();
      if (!thread?.isLost) return thread ?? this.newThread();
      this.lost++;
    }
  }

  private newThread(): Thread {
    const { entry, jobs, abortLimitMs = DEFAULT_ABORT_LIMIT_MS } = this.options;
    return new Thread(entry, jobs, abortLimitMs);
  }
}

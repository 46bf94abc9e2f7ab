import type { Job, JobOptions, JobOutcome, JobProgress, OutputLookup } from '../job/job.js';
import type { Task } from './messages.js';
import { EventLog } from '../../logging/event-log.js';
import { EXHAUSTED, exhaustionIn } from '../job/exhaustion.js';
import { failureOf } from '../job/failure-of.js';
import { CannotWrite } from '../errors.js';
import { Places } from './places.js';
import { type JobListener, type JobThreadEntries, Thread } from './thread.js';
import type { Claim } from './turns.js';

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
  /** Called when the job waits: for a place, for data; and when a job that has begun waits no more. */
  readonly waits?: (what: 'data' | 'slot' | undefined) => void;
  /** Which goes first; without it the job is live, and comes from a broker that handles nothing. */
  readonly claim?: Claim;
  /** How long it may wait for a place, ms; without it as long as it takes. */
  readonly patience?: number;
}

export interface ThreadPoolOptions {
  /** Jobs at once. */
  readonly size: number;
  readonly entries: JobThreadEntries;
  /** Options of every job. */
  readonly jobs: JobOptions;
  /** For a job that was told to end, until its thread is ended; 5 s by default. */
  readonly abortLimitMs?: number;
}

const DEFAULT_ABORT_LIMIT_MS = 5000;
const UNHANDLED: Claim = { lane: 'live', isHandled: false, isAlone: false };

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
    const thread = this.newThread('at once');
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
   * Has a job carried out as soon as there is a place. While it waits for data that comes late, its place
   * is another job's.
   *
   * @throws ThreadLost when the job took its thread with it; the reason of `giveUp`; GivenBack when its
   *   patience is over
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

  /** Whether a job would have to wait for a place, most likely for long. */
  isHopeless(claim: Claim): boolean {
    return this.places.isHopeless(claim);
  }

  /**
   * Places for jobs; those that are taken; jobs without one that wait for data; idle threads; and threads lost so
   * far, with or without a job.
   */
  counts(): { places: number; busy: number; waiting: number; idle: number; lost: number } {
    const { size: places } = this.options;
    const gone = this.idle.filter(({ isLost }) => isLost).length;
    const idle = this.idle.length - gone;
    return {
      places,
      busy: this.places.taken,
      waiting: this.places.standingAside,
      idle,
      lost: this.lost + gone,
    };
  }

  /** Ends the threads that are idle. */
  async close(): Promise<void> {
    await Promise.all(this.idle.splice(0).map((thread) => thread.end()));
  }

  private async carryOut(task: Task, options: RunOptions): Promise<JobOutcome> {
    const { giveUp, abort, started, claim = { ...UNHANDLED }, patience } = options;
    if (this.places.isHindered(claim)) options.waits?.('slot');
    await this.places.take(claim, giveUp, patience);
    try {
      started();
      const thread = this.takeThread();
      try {
        const outcome = await thread.run(task, abort, this.listenerFor(claim, options));
        const isExhausted = outcome.failure?.code === EXHAUSTED;
        if (isExhausted) await this.makeRoom();
        const isNeeded = this.idle.length < this.options.size;
        if (isNeeded && !isExhausted && !outcome.needsFreshThread) this.idle.push(thread);
        else await thread.end();
        return outcome;
      } catch (error) {
        this.lost++;
        await thread.end();
        if (exhaustionIn(error)) await this.makeRoom();
        throw error;
      }
    } finally {
      this.places.leave(claim);
    }
  }

  /** @param claim whose place is given to another job as long as this one waits for data */
  private listenerFor(claim: Claim, { progress, waits }: RunOptions): JobListener {
    return {
      progress,
      waits: () => {
        waits?.('data');
        this.places.standAside(claim);
      },
      mayGoOn: async () => {
        if (this.places.isAside(claim)) {
          waits?.('slot');
          await this.places.comeBack(claim);
        }
        waits?.(undefined);
      },
    };
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

  /** @param partner when it has one; a job in a thread that is not warm has to do without */
  private newThread(partner?: 'at once'): Thread {
    const { entries, jobs, abortLimitMs = DEFAULT_ABORT_LIMIT_MS } = this.options;
    return new Thread(entries, jobs, abortLimitMs, partner);
  }
}

import type { Job, JobOptions, JobOutcome } from '../job/job.js';
import { Thread } from './thread.js';

/** Somebody who waits for a place, first come, first served. */
interface Waiting {
  readonly admit: () => void;
}

export interface ThreadPoolOptions {
  /** Jobs at once. */
  readonly size: number;
  /** The module that threads run. */
  readonly entry: URL;
  /** What every job needs to know. */
  readonly jobs: JobOptions;
}

/**
 * Worker threads that carry out jobs: started when there is work, kept for the next job, replaced
 * after a failure that may have left something behind in them.
 */
export class ThreadPool {
  private readonly idle: Thread[] = [];
  private readonly queue: Waiting[] = [];
  private free: number;

  constructor(private readonly options: ThreadPoolOptions) {
    this.free = options.size;
  }

  /**
   * Has a job carried out as soon as there is a place.
   *
   * @param giveUp ends the wait for a place: its reason is thrown
   * @param abort ends the job that runs
   * @throws ThreadLost when the job took its thread with it
   */
  async run(job: Job, giveUp: AbortSignal, abort: AbortSignal): Promise<JobOutcome> {
    await this.place(giveUp);
    try {
      const thread = this.takeThread();
      try {
        const outcome = await thread.run(job, abort);
        if (!outcome.needsFreshThread) this.idle.push(thread);
        else await thread.end();
        return outcome;
      } catch (error) {
        await thread.end();
        throw error;
      }
    } finally {
      this.free++;
      this.queue.shift()?.admit();
    }
  }

  /** Ends the threads, all of which must be idle. */
  async close(): Promise<void> {
    await Promise.all(this.idle.splice(0).map((thread) => thread.end()));
  }

  private takeThread(): Thread {
    let thread: Thread | undefined;
    do thread = this.idle.pop();
    while (thread?.isLost);
    return thread ?? new Thread(this.options.entry, this.options.jobs);
  }

  private async place(giveUp: AbortSignal): Promise<void> {
    giveUp.throwIfAborted();
    if (this.free === 0) {
      await new Promise<void>((resolve, reject) => {
        const waiting = {
          admit: () => {
            giveUp.removeEventListener('abort', leave);
            resolve();
          },
        };
        const leave = () => {
          this.queue.splice(this.queue.indexOf(waiting), 1);
          reject(giveUp.reason as Error);
        };
        this.queue.push(waiting);
        giveUp.addEventListener('abort', leave, { once: true });
      });
    }
    this.free--;
  }
}

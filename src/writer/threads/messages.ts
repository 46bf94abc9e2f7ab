import type { Job, JobOutcome } from '../job/job.js';

/** What a thread is told: one job at a time, or to end the one it has. */
export type ToThread = { readonly type: 'job'; readonly job: Job } | { readonly type: 'abort' };

/** What a thread tells: small, whatever it wrote. */
export interface FromThread {
  readonly type: 'outcome';
  readonly outcome: JobOutcome;
}

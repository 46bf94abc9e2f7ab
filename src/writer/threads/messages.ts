import type { Job, JobOutcome, JobProgress } from '../job/job.js';

/** What a thread is told: one job at a time, or to end the one it has. */
export type ToThread = { readonly type: 'job'; readonly job: Job } | { readonly type: 'abort' };

/** What a thread tells: small, whatever it wrote. */
export type FromThread =
  | { readonly type: 'progress'; readonly progress: JobProgress }
  | { readonly type: 'outcome'; readonly outcome: JobOutcome }
  /** Before the first job; `problem` says why it came to nothing, the thread is as good as before. */
  | { readonly type: 'warmed up'; readonly problem?: string };

import type { Job, JobOutcome, JobProgress, OutputLookup } from '../job/job.js';
import type { FileCalls } from './file-calls.js';

/** A task for a thread, one at a time; it answers with an outcome. */
export type Task =
  | { readonly type: 'job'; readonly job: Job }
  | { readonly type: 'look'; readonly look: OutputLookup };

/** A message to a thread: a task; to end it; or that a job that has waited for data may go on. */
export type ToThread = Task | { readonly type: 'abort' } | { readonly type: 'go on' };

/**
 * A message of a thread: small, whatever it wrote. A job that waits for data says so; when it has, it goes on
 * as soon as it may.
 */
export type FromThread =
  | { readonly type: 'waits' }
  | { readonly type: 'has waited' }
  | { readonly type: 'progress'; readonly progress: JobProgress }
  | { readonly type: 'outcome'; readonly outcome: JobOutcome }
  | ({ readonly type: 'tried out' } & Trial);

/** The findings of a thread that tried itself out before its first job. */
export interface Trial {
  /** It can write files, and something should be looked at all the same. */
  readonly warning?: string;
  /** It can't write files. */
  readonly problem?: string;
}

/** A call for the thread for files, one at a time. */
export interface FileCall {
  readonly name: keyof FileCalls;
  readonly args: readonly unknown[];
}

export type FileAnswer = { readonly value: unknown } | { readonly problem: string };

/** The worker data of the watchdog thread. */
export interface Watch {
  /** One counter of 32 bits, which goes on as long as the main thread does. */
  readonly beats: SharedArrayBuffer;
  /** After so long without a beat the process is ended. */
  readonly limitMs: number;
  readonly logFormat: 'text' | 'json';
}

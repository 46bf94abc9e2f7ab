import type { PartnerOffer } from '../../hdf5/handed/partnership.js';
import type { Job, JobOptions, JobOutcome, JobProgress, OutputLookup } from '../job/job.js';
import type { FileCalls } from './file-calls.js';

/** A task for a thread, one at a time; it answers with an outcome. */
export type Task =
  | { readonly type: 'job'; readonly job: Job }
  | { readonly type: 'look'; readonly look: OutputLookup };

/** The worker data of a job thread. */
export interface JobThreadData extends JobOptions {
  /** Whether a second thread writes its large files: from the start, or when it asks for one. Not by default. */
  readonly partner?: 'at once' | 'when asked for';
}

/**
 * A message to a thread: a task; to end it; that a job that has waited for data may go on; or that the partner
 * that it has asked for could not be started.
 */
export type ToThread =
  Task | { readonly type: 'abort' } | { readonly type: 'go on' } | { readonly type: 'no partner' };

/** The worker data of a job thread's partner. */
export type PartnerData = PartnerOffer;

/** A partner says so when it can write files. */
export interface PartnerReady {
  readonly type: 'ready';
}

/**
 * A message of a thread: small, whatever it wrote. A job that waits for data says so; when it has, it goes on
 * as soon as it may. It may ask for a partner, and again where none could be started.
 */
export type FromThread =
  | { readonly type: 'wants partner'; readonly offer: PartnerOffer }
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

/** How much reading of files may take. */
export interface ViewerLimits {
  /** Reading processes at once, so that one large reply does not make everybody wait. */
  readonly processes: number;
  /** Further ones that begin nothing more, as HDF5 failed in them, and finish their other replies. */
  readonly finishing: number;
  /** Replies that a process has under way. */
  readonly repliesEach: number;
  /** Calls that wait until they can begin; further ones are refused. */
  readonly waiting: number;
  /** Time for a process to start, ms. */
  readonly startMs: number;
  /** Time for a step, i.e. a megabyte of a reply, ms. */
  readonly stepMs: number;
  /** Time for a call to wait in line, and then for the work until its first byte, ms each. */
  readonly firstByteMs: number;
  /** Time for a client to take a piece, ms. */
  readonly clientMs: number;
  /** Memory of a process, bytes. */
  readonly memory: number;
  /** A process that nobody needs ends after this, ms. */
  readonly idleMs: number;
}

const MIB = 1024 * 1024;

export const VIEWER_LIMITS: ViewerLimits = {
  processes: 2,
  finishing: 4,
  repliesEach: 16,
  waiting: 200,
  startMs: 60_000,
  stepMs: 20_000,
  firstByteMs: 60_000,
  clientMs: 30_000,
  memory: 1024 * MIB,
  idleMs: 120_000,
};

import type { Fault } from '../../report/failure.js';

/** Seconds until a request that failed is tried again for the first time; each further wait is twice as long. */
const FIRST_WAIT_S = 60;
const LONGEST_WAIT_S = 900;
/** How often a request is tried again that writers died of. */
const TRIES_OF_DEADLY = 3;

/** A request that failed for a cause that can pass, and is tried again by itself. */
export interface Healing {
  /** When it failed for the first time, seconds since the epoch. */
  readonly since: number;
  readonly failures: number;
  /** Of its last failure. */
  readonly faults: readonly Fault[];
  /** From when on it is not tried again, in seconds of the events' clock: one that nobody sets. */
  readonly ends: number;
  /** When it is tried again at the latest, in seconds of the events' clock. */
  readonly due: number;
}

/** What decides about a failed request. */
export interface FailureFacts {
  readonly faults: readonly Fault[];
  /** Whether its cause can pass. */
  readonly passes: boolean;
  /** Seconds for which its source asked not to be asked again. */
  readonly retryAfter?: number;
  /** Whether it is given up as writers died of it. */
  readonly isDeadly?: boolean;
  /** Whether it is given up as its queue did so. */
  readonly isDeadLetter?: boolean;
}

/** What is known of a request before the failure. */
interface Before {
  readonly healing?: Healing;
  readonly healsNoMore?: boolean;
  readonly deaths?: number;
  readonly stalledAt?: readonly string[];
}

/** A request that failed, for the time being or for good. */
interface Failed extends Before {
  readonly state: 'failed';
  readonly attempt: number;
  readonly givenUpAt?: number;
}

/** When it failed, and how long things take. */
export interface FailureTime {
  /** In seconds of the events' clock. */
  readonly now: number;
  /** The same moment in seconds since the epoch, for people and for the next process. */
  readonly date: number;
  readonly lease: number;
  /** For how many seconds after its first failure a request is tried again. */
  readonly healFor: number;
}

/** Too many writers died of it. */
export const DEADLY: FailureFacts = {
  faults: ['request', 'writer'],
  passes: false,
  isDeadly: true,
};

/** No writer took it. */
export const DEAD: FailureFacts = { faults: ['request'], passes: false, isDeadLetter: true };

/** Whether no writer reported it: then none is to try the request once more to leave its error file. */
export function isUnreported({ isDeadly, isDeadLetter }: FailureFacts): boolean {
  return isDeadly === true || isDeadLetter === true;
}

/** Whether the writer itself may be at fault, so that another one may do better. */
export function isForAnother({ faults }: FailureFacts): boolean {
  return faults.includes('writer');
}

/** Whether it may be of this writer alone, for good: others may find nothing wrong with the request. */
export function isOfOneWriter(failure: FailureFacts): boolean {
  return isForAnother(failure) && !failure.passes;
}

/** Of two writers' failures the one that says more of the request: what may be of one writer alone does not. */
export function decisive(failure: FailureFacts, before: FailureFacts | undefined): FailureFacts {
  return before?.passes === true && isOfOneWriter(failure) ? before : failure;
}

/** Seconds until the next try after so many failures: 1, 2, 4, 8, then always 15 minutes. */
export function healWait(failures: number): number {
  return Math.min(FIRST_WAIT_S * 2 ** (failures - 1), LONGEST_WAIT_S);
}

/** The delivery after a failure that counts: it heals, or that is the end of it. */
export function counted(
  { healing, healsNoMore, deaths, stalledAt }: Before,
  attempt: number,
  { faults, passes, retryAfter = 0, isDeadly = false }: FailureFacts,
  { now, date, healFor }: FailureTime,
): Failed {
  const since = healing?.since ?? date;
  const ends = healing?.ends ?? now + healFor;
  const failures = (healing?.failures ?? 0) + 1;
  const ended = {
    state: 'failed',
    attempt,
    ...(deaths !== undefined && { deaths }),
    ...(stalledAt !== undefined && { stalledAt }),
  } as const;
  const isOver =
    !(passes || isDeadly) ||
    healsNoMore === true ||
    now >= ends ||
    (isDeadly && failures > TRIES_OF_DEADLY);
  if (isOver) return ended;
  const due = now + Math.max(healWait(failures), retryAfter);
  return {
    ...ended,
    healing: { since, failures, faults, ends, due },
    // One death more ends the try that follows.
    ...(isDeadly && { givenUpAt: (deaths ?? 0) + 1 }),
  };
}

import { whyUnreadable } from '../../../filesystem/why-unreadable.js';
import { RequestError } from '../../../request/errors.js';

/** No raw folder of a pgroup of this name. */
export class UnknownPgroup extends RequestError {
  override readonly name = 'UnknownPgroup';
  readonly code = 'unknown_pgroup';

  constructor(readonly pgroup: string) {
    super(
      `Pgroup '${pgroup.slice(0, 100)}' has no raw folder here: GET /runs lists the pgroups that this ` +
        `broker has served. If it lies elsewhere, start the broker with that --pgroup_root.`,
    );
  }
}

/** A folder of the pgroup can't be read. */
export class PgroupUnreadable extends RequestError {
  override readonly name = 'PgroupUnreadable';
  readonly code = 'pgroup_unreadable';

  constructor(
    readonly pgroup: string,
    cause: unknown,
  ) {
    const { path = 'its folder' } = cause as NodeJS.ErrnoException;
    super(
      `Runs of pgroup '${pgroup}' can't be read, by ${path} (${whyUnreadable(cause)}): let the broker's ` +
        `user read it, or have the disk looked at, and try again.`,
      { cause },
    );
  }
}

/** A pgroup has no run of this number. */
export class UnknownRun extends RequestError {
  override readonly name = 'UnknownRun';
  readonly code = 'unknown_run';

  constructor(
    readonly pgroup: string,
    readonly run: string,
  ) {
    super(
      `Pgroup '${pgroup.slice(0, 100)}' has no run ${run.slice(0, 40)}: GET /runs?pgroup=` +
        `${encodeURIComponent(pgroup.slice(0, 100))} has its runs.`,
    );
  }
}

/** The largest number of calls that wait for runs is reached. */
export class TooManyWaiters extends RequestError {
  override readonly name = 'TooManyWaiters';
  readonly code = 'too_many_waiters';
  /** In s. */
  readonly retryAfter = 10;

  constructor(readonly limit: number) {
    super(`${limit} calls wait for runs already: end some, or try again later.`);
  }
}

import type { ReturnReason } from '../../report/report.js';
import type { WriteReport } from '../../report/write-report.js';
import type { HeldRequest } from '../held-request.js';
import { Restraint } from './restraint.js';
import type { Reporter } from './reporter.js';

/** How a request, or one handing out of it, ended at this writer. */
export interface RequestEnd {
  readonly report: WriteReport;
  /** Resolves when that was reported, as the channel confirmed; undefined where nobody need hear of it. */
  readonly told?: Promise<void>;
  /** Why it was given back, if it was. */
  readonly givenBack?: ReturnReason;
}

/** Another writer may have something to say to such a request, this one has not. */
const FOR_OTHERS: readonly ReturnReason[] = ['busy', 'tried', 'quarantined'];

/**
 * Says when a queue that keeps requests may let go of one: when its end was reported, or that this writer has
 * taken it off. Until then the queue hands it out again, should this writer die.
 */
export class LettingGo {
  private readonly restraint: Restraint;

  /** @param closing the writer ends: nobody is restrained any more */
  constructor(
    closing: AbortSignal,
    private readonly reporter?: Pick<Reporter, 'canName' | 'taken'>,
  ) {
    this.restraint = new Restraint(closing);
  }

  /** @param patience for how long the queue waits, ms; undefined: for ever, or not at all */
  of(held: HeldRequest, end: Promise<RequestEnd>, patience?: number): Promise<void> {
    const came = performance.now();
    const left = (longest: number) => Math.max(came + longest - performance.now(), 0);
    const done = end.then((end) => this.afterwards(end, patience && left(patience)));
    if (patience === undefined || this.reporter?.canName(held) !== true) return done;
    return Promise.race([done, this.takenOff(held, end, patience)]);
  }

  /** @param longest for how long the queue still waits, ms: it would hand the request out again itself */
  private async afterwards({ told, givenBack }: RequestEnd, longest?: number): Promise<void> {
    const isForOthers = givenBack !== undefined && FOR_OTHERS.includes(givenBack);
    if (givenBack === undefined) this.restraint.forget();
    await Promise.all([told, isForOthers && this.restraint.wait(longest)]);
  }

  /** Resolves when the queue was told that the request is held here for longer than it would wait. */
  private takenOff(held: HeldRequest, end: Promise<RequestEnd>, patience: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const take = () => void this.reporter!.taken(held).then(resolve, reject);
      const timer = setTimeout(take, patience).unref();
      void end.catch(() => 'whoever waits for it has the error').finally(() => clearTimeout(timer));
    });
  }
}

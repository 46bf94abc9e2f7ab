import type { Outcome } from '../../report/report.js';

interface Unsettled {
  readonly outcome: Outcome;
  /** When it was handed over, ms; undefined while it is not. */
  sent?: number;
}

/**
 * Outcomes that the broker may not have: those that were not sent, and those that were sent not long
 * ago, as what is on its way goes down with a broker. The newest of them; a broker that misses one
 * sends the request again, and the file is there.
 */
export class UnsettledOutcomes {
  private readonly kept = new Set<Unsettled>();

  /**
   * @param most that are kept
   * @param doubtMs for how long one that was sent is in doubt
   */
  constructor(
    private readonly most: number,
    private readonly doubtMs: number,
  ) {}

  add(outcome: Outcome): void {
    this.kept.add({ outcome });
    const [oldest] = this.kept;
    if (this.kept.size > this.most) this.kept.delete(oldest);
  }

  /** The oldest that is to be sent, which counts as sent from now on. */
  next(now: number): Outcome | undefined {
    for (const each of this.kept) {
      if (each.sent === undefined) {
        each.sent = now;
        return each.outcome;
      }
      if (now - each.sent > this.doubtMs) this.kept.delete(each);
    }
    return undefined;
  }

  /** The broker is gone, and with it what it had not read. */
  sendAgain(now: number): void {
    for (const each of this.kept) {
      if (each.sent === undefined) continue;
      if (now - each.sent > this.doubtMs) this.kept.delete(each);
      else each.sent = undefined;
    }
  }
}

import type { Outcome, Returned, Taken } from '../../report/report.js';

/** A report on a request that is kept until it is known to have been handed over. */
export class KeptReport {
  private resolve!: () => void;
  /** Resolves when one of its sendings was confirmed; never, where none is. */
  readonly confirmation = new Promise<void>((resolve) => (this.resolve = resolve));

  /** @param trailId of its request, where that has one */
  constructor(
    readonly report: Taken | Returned | Outcome,
    readonly trailId: string | undefined,
  ) {}

  confirm(): void {
    this.resolve();
  }
}

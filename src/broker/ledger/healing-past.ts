import { type HealingNote, afterNote } from '../../audit/outcome-line.js';
import type { Failure } from '../../report/failure.js';
import type { RequestRecord } from '../../report/request-record.js';

/** A request that its broker had not given up when it ended: it failed, and was to be tried again. */
export class HealingPast {
  private last: HealingNote | undefined;

  /** @param settled as its settled line has it: with its first failure */
  constructor(private readonly settled: RequestRecord) {}

  /** It failed again. */
  note(last: HealingNote): void {
    this.last = last;
  }

  /** All that is known of it. */
  get record(): RequestRecord {
    return afterNote(this.settled, this.last);
  }

  /** The failure that its settled line has. */
  get told(): Failure | undefined {
    return this.settled.failure;
  }
}

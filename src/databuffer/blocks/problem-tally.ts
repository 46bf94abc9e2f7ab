import type { Problem } from '../../report/channel-report.js';

/** Counts what is wrong with a channel's points, by code, with the first example of each. */
export class ProblemTally {
  private readonly problems = new Map<
    string,
    { count: number; first_pulse_id?: number; example?: string }
  >();

  has(code: string): boolean {
    return this.problems.has(code);
  }

  /** @param pulseId of the point, where it has one; what is kept of it and of `example` is the first */
  count(code: string, pulseId?: number, example?: string, count = 1): void {
    const known = this.problems.get(code);
    if (known !== undefined) known.count += count;
    else this.problems.set(code, { count, first_pulse_id: pulseId, example });
  }

  list(): Problem[] {
    return [...this.problems].map(([code, problem]) => ({ code, ...problem }));
  }
}

/** Why a value is not in the file: a stable code and, the first time, an example in words. */
export interface ValueFault {
  readonly code: string;
  readonly example?: string;
}

/** A problem of a value that may be in the file all the same, not exactly as it came. */
export interface StoredFault extends ValueFault {
  readonly stored: boolean;
}

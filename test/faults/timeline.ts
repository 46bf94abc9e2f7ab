/** What was not there for a while. */
export type Missing = 'data API' | 'disk' | 'broker' | 'writer';

interface Interval {
  readonly what: Missing;
  /** Seconds since the epoch. */
  readonly from: number;
  to: number;
}

/** When what was missing, as the run knows that brought it about. */
export class Timeline {
  private readonly intervals: Interval[] = [];

  /** Something is missing from now on. @returns to be called when it is there again */
  begin(what: Missing): () => void {
    const interval = { what, from: Date.now() / 1000, to: Infinity };
    this.intervals.push(interval);
    return () => (interval.to = Date.now() / 1000);
  }

  /**
   * Seconds of a span in which nothing was missing.
   *
   * @param allowances what is missing for a request, and for how many seconds after it is there it counts as
   *   missing, as nobody can know
   */
  clear(from: number, to: number, allowances: ReadonlyMap<Missing, number>): number {
    const relevant = this.intervals
      .flatMap(({ what, from: begin, to: end }) => {
        const more = allowances.get(what);
        return more === undefined ? [] : [[begin, end + more] as const];
      })
      .sort(([a], [b]) => a - b);
    let clear = 0;
    let at = from;
    for (const [begin, end] of relevant) {
      if (begin >= to) break;
      clear += Math.max(0, begin - at);
      at = Math.max(at, end);
    }
    return clear + Math.max(0, to - at);
  }
}

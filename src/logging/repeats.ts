const MAX_KINDS = 1000;
const QUIET_MS = 500;
/** Until the first is reported, and then until the others are. */
const MAX_PERIOD_MS = { first: 1500, further: 60_000 };

interface Run {
  times: number;
  readonly since: number;
  readonly longestMs: number;
  readonly tell: (times: number) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * Messages that come several times in a row, as of a client that tries again: they are counted, and
 * told of once, when none came for half a second. Of what goes on for longer the first is told after
 * two seconds, and the number of the others every minute.
 *
 * Beyond 1000 kinds at once all others count as one.
 */
export class Repeats {
  private readonly runs = new Map<string, Run>();

  /**
   * Notes a message.
   *
   * @param tell called later with how often it came
   */
  note(kind: string, tell: (times: number) => void): void {
    const run = this.runs.get(kind);
    if (run) {
      run.times++;
      if (performance.now() - run.since < run.longestMs) run.timer.refresh();
    } else if (this.runs.size >= MAX_KINDS && kind !== '') this.note('', tell);
    else this.begin(kind, tell, { times: 1, longestMs: MAX_PERIOD_MS.first });
  }

  /** Reports at once everything that is still waiting. */
  close(): void {
    for (const kind of this.runs.keys()) this.end(kind);
  }

  private begin(kind: string, tell: Run['tell'], count: Pick<Run, 'times' | 'longestMs'>): void {
    const timer = setTimeout(() => this.goOn(kind), QUIET_MS).unref();
    this.runs.set(kind, { ...count, since: performance.now(), tell, timer });
  }

  /** Reports what may not be over yet, and goes on counting. */
  private goOn(kind: string): void {
    const { since, longestMs, tell } = this.runs.get(kind)!;
    const isOver = performance.now() - since < longestMs;
    this.end(kind);
    if (!isOver) this.begin(kind, tell, { times: 0, longestMs: MAX_PERIOD_MS.further });
  }

  private end(kind: string): void {
    const { times, tell, timer } = this.runs.get(kind)!;
    clearTimeout(timer);
    this.runs.delete(kind);
    if (times > 0) tell(times);
  }
}

const MOST_KINDS = 1000;
const QUIET_MS = 1000;
const LONGEST_MS = 60_000;

interface Run {
  times: number;
  readonly since: number;
  readonly tell: (times: number) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * Messages that come several times in a row, as of a client that tries again: the first is for the
 * log, the others are counted, and their number is told when none came for a second, or after a
 * minute.
 *
 * Beyond 1000 kinds at once all others count as one.
 */
export class Repeats {
  private readonly runs = new Map<string, Run>();

  /**
   * Notes a message.
   *
   * @param tell called in the end with how often the same came again, if it did
   * @returns whether it is the first of its kind
   */
  isFirst(kind: string, tell: (times: number) => void): boolean {
    const run = this.runs.get(kind);
    if (run) {
      run.times++;
      if (performance.now() - run.since < LONGEST_MS) run.timer.refresh();
      return false;
    }
    if (this.runs.size >= MOST_KINDS && kind !== '') return this.isFirst('', tell);
    const timer = setTimeout(() => this.end(kind), QUIET_MS).unref();
    this.runs.set(kind, { times: 0, since: performance.now(), tell, timer });
    return true;
  }

  /** Tells at once what is still to be told. */
  close(): void {
    for (const kind of this.runs.keys()) this.end(kind);
  }

  private end(kind: string): void {
    const { times, tell, timer } = this.runs.get(kind)!;
    clearTimeout(timer);
    this.runs.delete(kind);
    if (times > 0) tell(times);
  }
}

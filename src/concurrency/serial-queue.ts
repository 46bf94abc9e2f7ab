/** Runs tasks one after another, in the order they came. A task that fails holds up none of the next. */
export class SerialQueue {
  private last: Promise<unknown> = Promise.resolve();
  private unfinished = 0;

  /** Tasks that run or wait. */
  get size(): number {
    return this.unfinished;
  }

  /** @returns the result of the task, or its failure */
  async run<T>(task: () => T | Promise<T>): Promise<T> {
    this.unfinished++;
    const turn = this.last.then(task);
    this.last = turn.catch(() => 'the caller has the error');
    try {
      return await turn;
    } finally {
      this.unfinished--;
    }
  }

  /** Waits until every task given so far has ended. */
  async idle(): Promise<void> {
    await this.last;
  }
}

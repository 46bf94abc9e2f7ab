/** Runs so many tasks at once at most, in the order they came. */
export class BoundedTasks {
  private readonly waiting: (() => void)[] = [];
  private running = 0;

  constructor(private readonly limit: number) {}

  /** @returns the result of the task, or its failure */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.running === this.limit) {
      // Whoever ends gives its place on.
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    } else {
      this.running++;
    }
    try {
      return await task();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.running--;
    }
  }
}

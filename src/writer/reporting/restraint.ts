const FIRST_MS = 500;
const LONGEST_MS = 15_000;

/**
 * Slows down a writer that gives back what it gets: a queue that hands out another request for each that it may
 * let go of would have handed it everything within seconds. Half a second at first, up to 15 s while it carries out
 * nothing. What is given back during one pause ends with that.
 */
export class Restraint {
  private length = 0;
  private current: Promise<void> | undefined;

  /** @param closing ends each pause */
  constructor(private readonly closing: AbortSignal) {}

  /**
   * A request was given back: resolves when the queue may hand out another for it.
   *
   * @param longest ms at most
   */
  async wait(longest?: number): Promise<void> {
    this.current ??= this.pause().finally(() => (this.current = undefined));
    if (longest === undefined) return this.current;
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise<void>((resolve) => (timer = setTimeout(resolve, longest).unref()));
    await Promise.race([this.current, over]);
    clearTimeout(timer);
  }

  /** One was carried out: the next pause is short. */
  forget(): void {
    this.length = 0;
  }

  private pause(): Promise<void> {
    const { closing } = this;
    this.length = Math.min(Math.max(2 * this.length, FIRST_MS), LONGEST_MS);
    if (closing.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        closing.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, this.length).unref();
      closing.addEventListener('abort', end);
    });
  }
}

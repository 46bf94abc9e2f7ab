/** After the number of places was lowered, one more is given out each time that so long has passed. */
const RAISE_AFTER_MS = 30_000;

/**
 * Places for jobs, first come, first served. Where the machine has too little left for all of them at
 * once, fewer are given out for a while: who finds none waits, and fails by nothing.
 */
export class Places {
  private readonly queue: (() => void)[] = [];
  private current: number;
  private used = 0;
  private changedAt = 0;

  constructor(private readonly most: number) {
    this.current = most;
  }

  /** Places that are given out at present. */
  get limit(): number {
    return this.current;
  }

  get taken(): number {
    return this.used;
  }

  /** Waits for a place. @throws the reason of `giveUp` */
  async take(giveUp: AbortSignal): Promise<void> {
    giveUp.throwIfAborted();
    if (this.used < this.current) {
      this.used++;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const admit = () => {
        giveUp.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        this.queue.splice(this.queue.indexOf(admit), 1);
        reject(giveUp.reason as Error);
      };
      this.queue.push(admit);
      giveUp.addEventListener('abort', leave, { once: true });
    });
  }

  /** The place goes to who waits, not back to all: nobody can slip in between. */
  leave(): void {
    this.used--;
    this.raise();
    while (this.used < this.current && this.queue.length > 0) {
      this.used++;
      this.queue.shift()!();
    }
  }

  /**
   * Has the place of whoever calls given to nobody else, unless it is the last one.
   *
   * @returns whether there are fewer places now
   */
  lower(): boolean {
    const before = this.current;
    this.current = Math.min(before, Math.max(1, this.used - 1));
    this.changedAt = performance.now();
    return this.current < before;
  }

  private raise(): void {
    if (this.current === this.most || performance.now() - this.changedAt < RAISE_AFTER_MS) return;
    this.current++;
    this.changedAt = performance.now();
  }
}

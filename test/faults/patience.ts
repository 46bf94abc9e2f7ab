import { availableParallelism, loadavg } from 'node:os';

/**
 * A time limit that knows how loaded the machine is: where three processes wait for each core, it takes
 * three times as long.
 */
export class Patience {
  private spent = 0;
  private last = performance.now();

  /** @param seconds on a machine that does nothing else */
  constructor(private readonly seconds: number) {}

  /** Whether it is at its end; to be asked often. */
  get isOver(): boolean {
    const now = performance.now();
    const waiting = Math.max(1, loadavg()[0] / availableParallelism());
    this.spent += (now - this.last) / 1000 / waiting;
    this.last = now;
    return this.spent >= this.seconds;
  }

  /** Something went on. */
  renew(): void {
    this.spent = 0;
  }
}

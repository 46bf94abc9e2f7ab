import { availableParallelism, loadavg } from 'node:os';

const SAMPLE_MS = 1000;

/** How many processes wait for each core, 1 where none does. */
function waitingForCore(): number {
  return Math.max(1, loadavg()[0] / availableParallelism());
}

/** How much longer everything takes on a machine that does other things as well, at most. */
export class MachineLoad {
  private most = waitingForCore();
  private readonly sampling = setInterval(() => {
    this.most = Math.max(this.most, waitingForCore());
  }, SAMPLE_MS).unref();

  /** @returns the factor by which things may take longer */
  end(): number {
    clearInterval(this.sampling);
    return this.most;
  }
}

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
    this.spent += (now - this.last) / 1000 / waitingForCore();
    this.last = now;
    return this.spent >= this.seconds;
  }

  /** Something went on. */
  renew(): void {
    this.spent = 0;
  }
}

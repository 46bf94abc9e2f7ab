import { setTimeout as sleep } from 'node:timers/promises';
import type { Network } from './network.js';
import { Random } from './random.js';
import type { Tally } from './tally.js';

/** A host, and the one process of it that goes down with it. */
export interface Host {
  readonly name: string;
  /** For tables. */
  readonly kind: string;
  readonly kill: () => Promise<unknown>;
  readonly start: () => Promise<unknown>;
}

/** Seconds of a cut: some end before anybody has noticed, heartbeats included. */
const CUT = [1, 3, 8, 20] as const;
const SLOW = [4, 15] as const;
/** Seconds in which all is well. */
const PAUSE = [1, 5] as const;

/** One host after the other is cut off, slowed or loses its power, and returns; one at a time, until it is over. */
export class NetworkFaults {
  private readonly over = new AbortController();
  private readonly work: Promise<void>;

  constructor(
    private readonly seed: number,
    private readonly network: Network,
    private readonly hosts: readonly Host[],
    private readonly tally: Tally,
    /** Below 1: faults come more often, and are shorter. */
    private readonly pace: number,
  ) {
    this.work = this.go();
  }

  /** Each host is back. */
  async end(): Promise<void> {
    this.over.abort();
    await this.work;
  }

  private async go(): Promise<void> {
    const random = new Random(this.seed, 'network');
    for (let turn = 0; ; turn++) {
      await this.wait(random.between(...PAUSE));
      if (this.over.signal.aborted) return;
      await this.hit(this.hosts[turn % this.hosts.length], random);
    }
  }

  private async hit(host: Host, random: Random): Promise<void> {
    const { name, kind } = host;
    const fault = random.pick(['cut off', 'cut off', 'slow', 'slow, then cut off', 'no power']);
    this.tally.add(`host of ${kind}: ${fault}`);
    if (fault.startsWith('slow')) {
      this.network.slow(name);
      await this.wait(random.between(...SLOW));
    }
    if (fault !== 'slow') {
      this.network.cut(name);
      if (fault === 'no power') await host.kill();
      await this.wait(random.pick(CUT));
    }
    this.network.restore(name);
    if (fault === 'no power') await host.start();
  }

  private async wait(seconds: number): Promise<void> {
    const { signal } = this.over;
    // Its end is no fault of the run.
    await sleep(seconds * 1000 * this.pace, undefined, { signal }).catch(() => undefined);
  }
}

/** Requests under way for each that a writer carries out at once: the next is there when one ends. */
const AHEAD = 2;

/** How writers are taken: all report; none does; or whoever says hello does. */
export type ReportsMode = 'on' | 'off' | 'auto';

interface Member {
  readonly concurrency: number;
  lastSeen: number;
  /** Its heartbeats stopped, and it may still be connected. */
  silent: boolean;
}

/**
 * Who takes requests: writers that report, known by name, and those that never do, known only as
 * connections that are left over. No I/O and no clock.
 *
 * A connection has no name. So a writer whose heartbeats stopped is still counted among the
 * connections, until one is lost that nobody else accounts for.
 */
export class Fleet {
  private readonly members = new Map<string, Member>();
  private connections = 0;
  /** When connections were lost that no writer's end accounts for yet. */
  private losses: number[] = [];
  private lost = 0;

  /**
   * @param lease seconds without a heartbeat after which a writer counts as lost
   */
  constructor(
    private readonly mode: ReportsMode,
    private readonly lease: number,
  ) {}

  /** A writer said hello, or sent a heartbeat. */
  present(writer: string, concurrency: number, now: number): void {
    this.members.set(writer, { concurrency, lastSeen: now, silent: false });
  }

  /** Whether a writer that is named so is expected to go on reporting. */
  knows(writer: string): boolean {
    return this.members.get(writer)?.silent === false;
  }

  goodbye(writer: string): void {
    if (this.members.delete(writer)) this.losses.shift();
  }

  /** How many connections there are now. */
  connected(connections: number, now: number): void {
    const lost = this.connections - connections;
    this.connections = connections;
    for (let n = 0; n < lost; n++) {
      const silent = [...this.members].find(([, member]) => member.silent);
      if (silent) this.members.delete(silent[0]);
      else this.losses.push(now);
    }
  }

  /** @returns the writers whose heartbeats stopped for a lease */
  lapsed(now: number): string[] {
    this.losses = this.losses.filter((time) => now - time <= 2 * this.lease);
    const lapsed = [...this.members].filter(
      ([, member]) => !member.silent && now - member.lastSeen > this.lease,
    );
    this.lost += lapsed.length;
    for (const [writer, member] of lapsed) {
      const loss = this.losses.findIndex((time) => time >= member.lastSeen);
      if (loss >= 0) {
        this.losses.splice(loss, 1);
        this.members.delete(writer);
      } else {
        member.silent = true;
      }
    }
    return lapsed.map(([writer]) => writer);
  }

  /** Connections of writers that never report. */
  get silentWriters(): number {
    if (this.mode === 'on') return 0;
    return Math.max(0, this.connections - this.members.size);
  }

  /** Writers whose heartbeats come. */
  get reportingWriters(): number {
    return [...this.members.values()].filter(({ silent }) => !silent).length;
  }

  /** Writers whose heartbeats stopped without a goodbye, so far. */
  get lostWriters(): number {
    return this.lost;
  }

  /** Whether there are writers that report. */
  get hasReporting(): boolean {
    return this.members.size > 0;
  }

  /**
   * How many requests may be under way: a few for each writer that reports. Nobody knows when one
   * that never does is free: ZMQ deals out to it what its queue holds.
   */
  get window(): number {
    if (this.silentWriters > 0) return Infinity;
    const reporting = [...this.members.values()].filter(({ silent }) => !silent);
    return reporting.reduce((sum, { concurrency }) => sum + AHEAD * concurrency, 0);
  }
}

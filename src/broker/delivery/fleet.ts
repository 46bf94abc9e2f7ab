import type { Unnamed } from './delivery.js';
import { SettledConnections } from './settled-connections.js';

/** Requests under way for each that a writer carries out at once: the next is there when one ends. */
const AHEAD = 2;
/** For a writer's hello to be here before its connection is taken for that of one that never reports. */
export const HELLO_S = 0.5;
/** For a connection that was lost to come back before a request goes out that its writer may have. */
const RETURN_S = 1;
/** For a hello to come before somebody is told that it does not. */
const PATIENCE_S = 5;

/**
 * How writers are taken: all report; none does; those that say hello do, and others may be there; or all
 * do as soon as one has said hello on this trail.
 */
export const REPORTS_MODES = ['auto', 'on', 'mixed', 'off'] as const;
export type ReportsMode = (typeof REPORTS_MODES)[number];

/** Far more than there are writers: hellos of others may be forged. */
const MAX_MEMBERS = 1000;

interface Member {
  readonly concurrency: number;
  /** How often it was heard. */
  readonly times: number;
  lastSeen: number;
  /** Its heartbeats stopped, and it may still be connected. */
  silent: boolean;
}

/**
 * Who takes requests: writers that report, known by name, and those that never do, known only as
 * connections that are left over. No I/O and no clock.
 *
 * A connection has no name. So a writer whose heartbeats stopped is still counted among the
 * connections, until one is lost that nobody else accounts for. Where reports are due a wrong count
 * delays a request, and that is all.
 */
export class Fleet {
  private readonly members = new Map<string, Member>();
  private readonly settled = new SettledConnections(HELLO_S);
  private helloKnown = false;
  private connections = 0;
  /** Connections that have been there for a moment. */
  private old = 0;
  private connectionsLost = 0;
  /** When connections were lost that no writer's end accounts for yet. */
  private losses: number[] = [];
  /** When writers said goodbye whose connection was not lost yet. */
  private leaving: number[] = [];
  private lost = 0;
  private silentSince: number | undefined;
  private lastSilent = -Infinity;

  /**
   * @param lease seconds without a heartbeat after which a writer counts as lost
   */
  constructor(
    private readonly mode: ReportsMode,
    private readonly lease: number,
  ) {}

  /** A writer has said hello on this trail, now or to a predecessor. */
  helloHeard(): void {
    this.helloKnown = true;
  }

  /** Whether each request has to be reported: what no writer names was lost on its way. */
  get reportsDue(): boolean {
    return this.mode === 'on' || (this.mode === 'auto' && this.helloKnown);
  }

  /**
   * A writer said hello, or sent a heartbeat.
   *
   * @returns the writer that is forgotten, where there are too many: one that was heard only once
   */
  present(writer: string, concurrency: number, now: number): string | undefined {
    const times = (this.members.get(writer)?.times ?? 0) + 1;
    this.members.set(writer, { concurrency, times, lastSeen: now, silent: false });
    const forgotten = this.members.size > MAX_MEMBERS ? this.strangest(writer) : undefined;
    if (forgotten !== undefined) this.members.delete(forgotten);
    // A connection that was lost before all were heard again was none of a writer that was killed.
    const heard = Math.min(...[...this.members.values()].map(({ lastSeen }) => lastSeen));
    this.losses = this.losses.filter((time) => time >= heard);
    this.look(now);
    return forgotten;
  }

  /** Whether a writer that is named so is expected to go on reporting. */
  knows(writer: string): boolean {
    return this.members.get(writer)?.silent === false;
  }

  goodbye(writer: string, now: number): void {
    if (!this.members.delete(writer)) return;
    if (this.losses.shift() === undefined) this.leaving.push(now);
  }

  /**
   * @param connections how many there are now
   * @param lostSoFar how many were lost since the start
   */
  connected(connections: number, lostSoFar: number, now: number): void {
    this.forget(now);
    for (let n = this.connectionsLost; n < lostSoFar; n++) this.connectionLost(now);
    this.connections = connections;
    this.connectionsLost = lostSoFar;
    this.old = this.settled.count(connections, now);
    this.look(now);
  }

  /** @returns the writers whose heartbeats stopped for a lease */
  lapsed(now: number): string[] {
    this.forget(now);
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

  /** What becomes of a request whose lease ran out and that no writer names. */
  unnamed(now: number): Unnamed {
    if (this.reportsDue) {
      this.look(now);
      return now - this.lastSilent <= Math.min(RETURN_S, this.lease / 2) ? 'held_back' : 'again';
    }
    return this.mode === 'mixed' && this.silentWriters === 0 ? 'again' : 'unconfirmed';
  }

  /** Connections of writers that never report. */
  get silentWriters(): number {
    return Math.max(0, this.old - this.accountedFor);
  }

  /** Writers that have been connected for some seconds without a hello, although reports are due. */
  withoutHello(now: number): number {
    if (!this.reportsDue || this.silentSince === undefined) return 0;
    return now - this.silentSince < Math.min(PATIENCE_S, this.lease) ? 0 : this.silentWriters;
  }

  /** Writers whose heartbeats come. */
  get reportingWriters(): number {
    return [...this.members.values()].filter(({ silent }) => !silent).length;
  }

  /** Writers whose heartbeats stopped without a goodbye, so far. */
  get lostWriters(): number {
    return this.lost;
  }

  /**
   * Whether requests for one output file wait for each other. Among writers of which none reports a
   * request would wait a lease for the one before it, for nothing.
   */
  get oneAFile(): boolean {
    return this.reportsDue || this.members.size > 0;
  }

  /**
   * How many requests may be under way: a few for each writer that reports. Nobody knows when one
   * that never does is free: ZMQ deals out to it what its queue holds.
   */
  get window(): number {
    if (!this.reportsDue && this.silentWriters > 0) return Infinity;
    const reporting = [...this.members.values()].filter(({ silent }) => !silent);
    return reporting.reduce((sum, { concurrency }) => sum + AHEAD * concurrency, 0);
  }

  private strangest(newcomer: string): string {
    for (const [writer, { times }] of this.members) if (times === 1) return writer;
    return newcomer;
  }

  private get accountedFor(): number {
    return this.members.size + this.leaving.length;
  }

  private connectionLost(now: number): void {
    if (this.leaving.shift() !== undefined) return;
    const silent = [...this.members].find(([, member]) => member.silent);
    if (silent) this.members.delete(silent[0]);
    else this.losses.push(now);
  }

  private forget(now: number): void {
    const isRecent = (time: number) => now - time <= 2 * this.lease;
    this.losses = this.losses.filter(isRecent);
    this.leaving = this.leaving.filter(isRecent);
  }

  private look(now: number): void {
    // Of each loss nobody knows yet whether it was that of a member.
    if (this.connections > this.accountedFor - this.losses.length) this.lastSilent = now;
    const isSilent = this.connections > this.accountedFor;
    this.silentSince = isSilent ? (this.silentSince ?? now) : undefined;
  }
}

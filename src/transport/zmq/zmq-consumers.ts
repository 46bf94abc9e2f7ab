import type { BrokerSettings } from '../../config/broker-settings.js';
import type { LogFields } from '../../logging/log-fields.js';
import type { Consumers, KnownWriters } from '../consumers.js';
import { SettledConnections } from './settled-connections.js';

/** Requests under way for each that a writer carries out at once, so that the next is at hand when one ends. */
const AHEAD = 2;
/** Time for a writer's hello, before its connection counts as that of a writer that never reports. */
export const HELLO_S = 0.5;
/** Time for a lost connection to come back, before a request that its writer may have is sent again. */
const RETURN_S = 1;
/** Time for a hello, before a missing one is logged. */
const PATIENCE_S = 5;
/** With a shorter time-out writers would lose their connection in a moment of load. */
const SHORTEST_PEER_TIMEOUT_MS = 1000;

const NOBODY: KnownWriters = { size: 0, earliestSign: Infinity, forgetLapsed: () => false };

export interface ZmqConsumersOptions {
  /**
   * Which writers report. `on`: all; `off`: none; `mixed`: those that say hello, and there may be others;
   * `auto`: all, as soon as one has said hello on this trail.
   */
  readonly mode: BrokerSettings['reports'];
  /** Seconds without a heartbeat after which a writer counts as lost. */
  readonly lease: number;
  readonly advice: LogFields & { readonly remedy: string };
}

/** The connections of a socket, as its {@link ZmqClient} counts them. */
export interface Peers {
  readonly connectedPeers: number;
  readonly lostPeers: number;
  expectAnswers(timeout: number): Promise<void>;
}

/**
 * The consumers of a PUSH socket: writers that report, and the connections that are left over.
 * No I/O and no clock.
 *
 * A connection has no name. So a writer whose heartbeats stopped is still counted among the
 * connections, until one is lost that no other writer accounts for. If writers must report, a wrong count
 * only delays a request.
 */
export class ZmqConsumers implements Consumers {
  readonly advice;
  readonly keeps = false;
  private readonly settled = new SettledConnections(HELLO_S);
  private writers = NOBODY;
  private helloKnown = false;
  private connections = 0;
  /** Connections that are old enough to count. */
  private old = 0;
  private connectionsLost = 0;
  /** When connections were lost for which no writer is known to have ended yet. */
  private losses: number[] = [];
  /** When writers said goodbye whose connection was not lost yet. */
  private leaving: number[] = [];
  private withoutHelloSince: number | undefined;
  private lastNonReporting = -Infinity;

  constructor(
    private readonly options: ZmqConsumersOptions,
    private readonly peers: Peers,
  ) {
    this.advice = options.advice;
    if (this.mustReport) this.expectAnswers();
  }

  attach(writers: KnownWriters): void {
    this.writers = writers;
  }

  get connected(): number {
    return this.peers.connectedPeers;
  }

  get mustReport(): boolean {
    const { mode } = this.options;
    return mode === 'on' || (mode === 'auto' && this.helloKnown);
  }

  expectReports(): void {
    const before = this.mustReport;
    this.helloKnown = true;
    if (this.mustReport && !before) this.expectAnswers();
  }

  heard(now: number): void {
    this.expectReports();
    // All writers were heard after these losses, so none of them was that of a killed writer.
    this.losses = this.losses.filter((time) => time >= this.writers.earliestSign);
    this.note(now);
  }

  ended(now: number): void {
    if (this.losses.shift() === undefined) this.leaving.push(now);
  }

  lapsed(lastSeen: number, now: number): boolean {
    this.forget(now);
    const loss = this.losses.findIndex((time) => time >= lastSeen);
    if (loss >= 0) this.losses.splice(loss, 1);
    return loss >= 0;
  }

  look(now: number): void {
    const { connectedPeers, lostPeers } = this.peers;
    this.forget(now);
    for (let n = this.connectionsLost; n < lostPeers; n++) this.connectionLost(now);
    this.connections = connectedPeers;
    this.connectionsLost = lostPeers;
    this.old = this.settled.count(connectedPeers, now);
    this.note(now);
  }

  unnamed(now: number): 'again' | 'held_back' | 'unconfirmed' {
    const { mode, lease } = this.options;
    if (this.mustReport) {
      this.note(now);
      return now - this.lastNonReporting <= Math.min(RETURN_S, lease / 2) ? 'held_back' : 'again';
    }
    return mode === 'mixed' && this.nonReporting === 0 ? 'again' : 'unconfirmed';
  }

  get nonReporting(): number {
    return Math.max(0, this.old - this.accountedFor);
  }

  withoutHello(now: number): number {
    if (!this.mustReport || this.withoutHelloSince === undefined) return 0;
    const patience = Math.min(PATIENCE_S, this.options.lease);
    return now - this.withoutHelloSince < patience ? 0 : this.nonReporting;
  }

  /** If no writer reports, a request would wait a whole lease for the one before it, in vain. */
  get tellsWhenDone(): boolean {
    return this.mustReport || this.writers.size > 0;
  }

  /**
   * A few for each writer that reports. It is unknown when one that never reports is free: ZMQ deals out to
   * it as much as its queue holds.
   */
  window(places: number): number {
    return !this.mustReport && this.nonReporting > 0 ? Infinity : AHEAD * places;
  }

  private get accountedFor(): number {
    return this.writers.size + this.leaving.length;
  }

  private connectionLost(now: number): void {
    if (this.leaving.shift() !== undefined) return;
    if (!this.writers.forgetLapsed()) this.losses.push(now);
  }

  private forget(now: number): void {
    const isRecent = (time: number) => now - time <= 2 * this.options.lease;
    this.losses = this.losses.filter(isRecent);
    this.leaving = this.leaving.filter(isRecent);
  }

  private note(now: number): void {
    const { connections, accountedFor } = this;
    // It is not known yet whether these losses were of writers that report.
    if (connections > accountedFor - this.losses.length) this.lastNonReporting = now;
    const isThere = connections > accountedFor;
    this.withoutHelloSince = isThere ? (this.withoutHelloSince ?? now) : undefined;
  }

  private expectAnswers(): void {
    const timeout = Math.max((this.options.lease / 2) * 1000, SHORTEST_PEER_TIMEOUT_MS);
    void this.peers.expectAnswers(timeout);
  }
}

import { Injectable } from '@nestjs/common';
import { BrokerSettings } from '../../config/broker-settings.js';
import { EventLog } from '../../logging/event-log.js';
import { LogThrottle, notLoggedBefore } from '../../logging/log-throttle.js';
import { ZmqClient } from '../../transport/zmq/zmq-client.js';
import { now } from '../process/clock.js';
import { Fleet } from '../delivery/fleet.js';
import { Ledger } from '../ledger/ledger.js';
import { reportAddress } from '../zmq-addresses.js';
import { Deliveries } from './deliveries.js';
import { Writers } from './writers.js';

/** Lines a minute on writers that are lost. */
const MAX_LINES = 100;

/** With a shorter time-out writers would lose their connection in a moment of load. */
const SHORTEST_PEER_TIMEOUT_MS = 1000;

/** What to do about connected writers that never said hello. */
export const SILENCE_REMEDY =
  'let their reports through to the report port, or stop them where they are writers of the Python ' +
  'system; while such writers are needed, start the broker with --reports mixed';

/** Follows who takes requests: who is connected, who reports, and who does not although it should. */
@Injectable()
export class FleetWatch {
  private readonly logger = new EventLog('Broker');
  private readonly throttle = new LogThrottle();
  private readonly losses = new LogThrottle(60_000, MAX_LINES);

  constructor(
    private readonly settings: BrokerSettings,
    private readonly client: ZmqClient,
    private readonly ledger: Ledger,
    private readonly deliveries: Deliveries,
    private readonly fleet: Fleet,
    private readonly writers: Writers,
  ) {}

  /** To be called when it is known what predecessors noted, before writers can connect. */
  async start(): Promise<void> {
    if (this.ledger.helloKnown) this.fleet.helloHeard();
    if (this.fleet.reportsDue) await this.expectAnswers();
  }

  /** A writer reports. From the first on all have to, unless a setting says otherwise. */
  heard(writer: string): void {
    this.ledger.heard(writer);
    if (this.fleet.reportsDue) return;
    this.fleet.helloHeard();
    if (this.fleet.reportsDue) void this.expectAnswers();
  }

  /** Notices who came, who went, and who fell silent. To be called in short intervals. */
  look(): void {
    const time = now();
    this.fleet.connected(this.client.connectedPeers, this.client.lostPeers, time);
    const lapsed = this.fleet.lapsed(time);
    const holders = lapsed.length > 0 ? this.deliveries.heldBy() : new Map();
    for (const writer of lapsed) {
      const heldBack = this.losses.pass('lost');
      if (heldBack !== undefined) {
        const facts = { writer_id: writer, ...notLoggedBefore(heldBack) };
        this.logger.warn('writer lost, no heartbeat', facts);
      }
      this.writers.gone(writer);
      if (holders.has(writer)) this.deliveries.applyToAll({ type: 'writer-gone', writer });
    }
    const silent = this.fleet.withoutHello(time);
    if (silent > 0) this.warn(silent);
  }

  private warn(writers: number): void {
    const heldBack = this.throttle.pass('without hello');
    if (heldBack === undefined) return;
    this.logger.warn('connected writers never said hello, what they may have taken waits', {
      writers,
      requests: this.deliveries.waitingBy().get('silent_writer'),
      report_address: reportAddress(this.settings),
      remedy: SILENCE_REMEDY,
      ...notLoggedBefore(heldBack),
    });
  }

  private expectAnswers(): Promise<void> {
    const timeout = Math.max((this.deliveries.lease / 2) * 1000, SHORTEST_PEER_TIMEOUT_MS);
    return this.client.expectAnswers(timeout);
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { lastValueFrom } from 'rxjs';
import { BrokerSettings } from '../config/broker-settings.js';
import { EventLog } from '../logging/event-log.js';
import { NO_FILE } from '../output/output-roots.js';
import type { WriteRequest } from '../request/write-request.js';
import { CLAIMS_S } from '../report/claims.js';
import type { Held } from '../report/held.js';
import type { Outcome, Returned } from '../report/report.js';
import { TransportClosed } from '../transport/transport-errors.js';
import { ZmqClient } from '../transport/zmq-client.js';
import { now } from './delivery/clock.js';
import { ACCEPTED, type Delivery, type DeliveryEvent, next } from './delivery/delivery.js';
import { type DeliveryChange, DeliveryQueue } from './delivery/delivery-queue.js';
import { Fleet } from './delivery/fleet.js';
import { SettledConnections } from './delivery/settled-connections.js';
import { type ChangeDetails, Ledger } from './ledger/ledger.js';
import { RecordedRequest } from './ledger/recorded-request.js';
import { factsOf } from './ledger/trail-requests.js';
import { RequestCutOff } from './request-cut-off.js';
import { requestFields } from './request-fields.js';
import { Shutdown } from './shutdown.js';
import { Writers } from './writers.js';

const RETRY_AFTER_MS = 1000;
const TICK_MS = 1000;
/** For a writer's hello to be here before its connection is taken for that of one that never reports. */
const HELLO_S = 0.5;

/**
 * Recorded write requests on their way to becoming files: hands them over, a few at a time for each
 * writer, and holds each until it is settled. What is open when the broker ends is taken up by the
 * next one.
 */
@Injectable()
export class Outbox implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new EventLog('Broker');
  private readonly queue = new DeliveryQueue();
  private readonly connections = new SettledConnections(HELLO_S);
  private readonly closing = new AbortController();
  private readonly lease: number;
  private delivering: Promise<void> | undefined;
  private ticking: NodeJS.Timeout | undefined;
  /** Recorded before all that predecessors left was taken up; behind it afterwards. */
  private early: WriteRequest[] | undefined = [];
  /** Settles when what predecessors left is taken up: until then not all requests are known. */
  takenUp: Promise<void> = Promise.resolve();
  private handedOver = 0;
  private failures = 0;

  constructor(
    private readonly settings: BrokerSettings,
    private readonly client: ZmqClient,
    private readonly ledger: Ledger,
    private readonly fleet: Fleet,
    private readonly writers: Writers,
    private readonly shutdown: Shutdown,
  ) {
    this.lease = settings.reports === 'off' ? 0 : settings.lease;
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.ledger.openTrail();
  }

  /**
   * Takes up what predecessors left open. Requests may be added meanwhile.
   *
   * @throws NodeJS.ErrnoException when it can't be read
   */
  takeUp(): Promise<void> {
    this.takenUp = this.takeUpPast();
    return this.takenUp;
  }

  /** Begins to hand over. @throws AddressUnusable when the output port can't be had */
  async start(): Promise<void> {
    await this.client.connect();
    this.client.status.subscribe(() => {
      this.tick();
      // A moment later, as a timer may be early.
      setTimeout(() => this.tick(), HELLO_S * 1000 + 5).unref();
    });
    this.ticking = setInterval(() => this.tick(), Math.min(TICK_MS, (this.lease || 1) * 250));
    this.ticking.unref();
  }

  /** Whether requests are handed over, as soon as there is a writer. */
  get isStarted(): boolean {
    return this.ticking !== undefined;
  }

  /** Delivers a request that is in the trail, unless it is marked as not to be sent. */
  add(request: WriteRequest): void {
    const fields = { ...requestFields(request), replay_of: request.replay_of };
    this.logger.log('request recorded', fields);
    if (this.early) this.early.push(request);
    else this.accept(request);
  }

  /** A writer names a request that it holds. */
  named(writer: string, held: Held): void {
    const { request_id: id, attempt, state } = held;
    const leaseEnds = now() + this.lease;
    const change = this.queue.apply(id, { type: 'named', writer, attempt, state, leaseEnds });
    if (!change) return;
    const { before, after } = change;
    const same =
      before.state === after.state &&
      before.attempt === after.attempt &&
      before.holder === after.holder;
    if (same) this.ledger.progress(id, writer, held);
    else this.ledger.move(id, after, { writer, held });
  }

  /**
   * A writer says what became of a request.
   *
   * @returns whether that is news: a writer may say it twice
   */
  async settle(outcome: Outcome): Promise<boolean> {
    const { writer_id: writer, request_id: id, attempt, report } = outcome;
    const event = { type: 'outcome', attempt, state: report.state } as const;
    const isNews = this.queue.get(id)
      ? this.apply(id, event, { writer, report })
      : await this.overturn(id, event, { writer, report });
    this.pump();
    return isNews;
  }

  /** A writer gives a request back. */
  returned({ writer_id: writer, request_id: id, attempt }: Returned): void {
    this.apply(id, { type: 'returned', writer, attempt }, { writer });
    this.pump();
  }

  /** A writer ended, or is lost. */
  writerGone(writer: string): void {
    this.applyToAll({ type: 'writer-gone', writer });
    this.pump();
  }

  /** Hands over what may be; to be called when there may be more room than before. */
  pump(): void {
    this.delivering ??= this.deliver().finally(() => (this.delivering = undefined));
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.ticking);
    if (this.client.connectedPeers > 0) {
      await Promise.race([
        this.delivering,
        delay(this.shutdown.graceLeft(), undefined, { ref: false }),
      ]);
    }
    this.closing.abort();
    await this.client.close();
    await this.delivering;
    await this.ledger.close();
    if (this.queue.size > 0) {
      this.logger.log('open requests are left to the next start', { requests: this.queue.size });
    }
  }

  /** Under the names that GET /statistics has for them. */
  counts() {
    return {
      requests_queued: this.queue.size - this.queue.underWay,
      requests_under_way: this.queue.underWay,
      requests_sent: this.handedOver,
      send_failures: this.failures,
      outcomes_waiting: this.ledger.unwritten,
      writers_connected: this.client.connectedPeers,
    };
  }

  /** How many open requests are in each state. */
  byState(): ReadonlyMap<string, number> {
    return this.queue.byState();
  }

  /** Seconds since the oldest open request was accepted; 0 where there is none. */
  oldestAge(): number {
    const { oldest } = this.queue;
    const accepted = oldest === undefined ? undefined : this.ledger.acceptedAt(oldest);
    return accepted === undefined ? 0 : Math.max(Date.now() / 1000 - accepted, 0);
  }

  /** How many requests each writer holds. */
  heldBy(): ReadonlyMap<string, number> {
    return this.queue.heldBy();
  }

  private async takeUpPast(): Promise<void> {
    const open = await this.ledger.rebuild();
    for (const { recorded, sent } of open) {
      this.take(recorded, this.resumed(recorded, sent), false);
    }
    if (open.length > 0) {
      this.logger.log('requests taken up', {
        requests: open.length,
        requests_under_way: this.queue.underWay,
      });
    }
    const { early } = this;
    this.early = undefined;
    for (const request of early!) {
      // Found already, where logrotate moved the trail away in between.
      if (!this.ledger.knows(request.request_id!)) this.accept(request);
    }
  }

  private accept(request: WriteRequest): void {
    const recorded = new RecordedRequest(factsOf(request), request);
    this.take(recorded, stateFor(recorded, ACCEPTED), true);
    this.pump();
  }

  private take(recorded: RecordedRequest, delivery: Delivery, isNew: boolean): void {
    this.ledger.accept(recorded, delivery, isNew);
    if (delivery.state === 'recorded') return;
    const { id, outputFile } = recorded.facts;
    this.queue.add(id, outputFile === NO_FILE ? undefined : outputFile, delivery);
  }

  private resumed(recorded: RecordedRequest, sent: number): Delivery {
    if (sent === 0) return stateFor(recorded, ACCEPTED);
    const leaseEnds = now() + Math.min(this.lease, CLAIMS_S);
    return { state: 'sent', attempt: sent, leaseEnds };
  }

  private apply(id: string, event: DeliveryEvent, details: ChangeDetails): boolean {
    const change = this.queue.apply(id, event);
    if (change) this.note(change, details);
    return change !== undefined;
  }

  private applyToAll(event: DeliveryEvent): void {
    for (const change of this.queue.applyToAll(event)) this.note(change, {});
  }

  private note({ id, before, after }: DeliveryChange, details: ChangeDetails): void {
    const head = this.ledger.move(id, after, details);
    if (!head) return;
    const { request_id, output_file, start_pulse_id, stop_pulse_id, attempt, writer_id } = head;
    const request = { request_id, output_file, start_pulse_id, stop_pulse_id };
    const fields = { ...request, attempt, writer_id };
    if (after.state === 'queued') {
      this.logger.warn('request goes out again, no sign of life', {
        ...fields,
        previous_state: before.state,
      });
    } else if (after.state === 'failed') {
      const { code, message } = head.failure ?? {};
      this.logger.error('request failed', { ...fields, code, error: message });
    } else {
      this.logger.log(`request ${after.state}`, fields);
    }
  }

  private async overturn(
    id: string,
    event: DeliveryEvent,
    details: ChangeDetails,
  ): Promise<boolean> {
    const before = await this.ledger.settledDelivery(id);
    if (!before) return false;
    const after = next(before, event);
    if (after === before) return false;
    await this.ledger.overturn(id, after, details);
    return true;
  }

  private tick(): void {
    const time = now();
    this.fleet.connected(this.connections.count(this.client.connectedPeers, time), time);
    for (const writer of this.fleet.lapsed(time)) {
      this.logger.warn('writer lost, no heartbeat', { writer_id: writer });
      this.writers.gone(writer);
      this.applyToAll({ type: 'writer-gone', writer });
    }
    const silentWriters = this.settings.reports === 'off' || this.fleet.silentWriters > 0;
    this.applyToAll({ type: 'tick', now: time, silentWriters });
    this.pump();
  }

  /** Among writers of which none reports a request would wait a lease for the one before it, for nothing. */
  private get oneAFile(): boolean {
    return this.settings.reports === 'on' || this.fleet.hasReporting;
  }

  private async deliver(): Promise<void> {
    while (!this.closing.signal.aborted) {
      const id = this.queue.nextToSend(this.fleet.window, this.oneAFile);
      if (id === undefined || this.client.connectedPeers === 0) return;
      const attempt = this.queue.get(id)!.attempt + 1;
      let request: WriteRequest | undefined;
      try {
        request = this.ledger.requestOf(id);
        if (!request) {
          if (!(await this.ledger.findAgain(id))) this.giveUp(id, attempt);
          continue;
        }
        this.ledger.sending(id, attempt);
        const sent = this.client.emit('write_request', onTheWire(request, attempt));
        await lastValueFrom(sent, { defaultValue: undefined });
        this.handedOver++;
        this.apply(id, { type: 'sent', leaseEnds: now() + this.lease }, {});
      } catch (error) {
        if (error instanceof TransportClosed) return;
        this.failures++;
        const facts = { ...(request && requestFields(request)), request_id: id, error };
        this.logger.error('request could not be sent, next attempt in 1 s', facts);
        await this.pause();
      }
    }
  }

  /** What can't be sent, as the trail does not have it any more, ends as failed. */
  private giveUp(id: string, attempt: number): void {
    const { code, message } = new RequestCutOff(this.settings.audit_file);
    const failure = { code, message };
    this.apply(id, { type: 'outcome', attempt, state: 'failed' }, { failure });
  }

  private async pause(): Promise<void> {
    const { signal } = this.closing;
    await delay(RETRY_AFTER_MS, undefined, { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
}

function stateFor({ facts }: RecordedRequest, delivery: Delivery): Delivery {
  return facts.dispatch ? delivery : { state: 'recorded', attempt: 0 };
}

/** What a trail line has beyond this is for people. */
function onTheWire(request: WriteRequest, attempt: number): WriteRequest {
  const { data_api_request, parameters, timestamp, request_id, replay_of } = request;
  return { data_api_request, parameters, timestamp, request_id, replay_of, attempt };
}

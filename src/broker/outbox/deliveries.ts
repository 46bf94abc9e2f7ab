import { Inject, Injectable } from '@nestjs/common';
import { BrokerSettings } from '../../config/broker-settings.js';
import { EventLog } from '../../logging/event-log.js';
import { CLAIMS_S } from '../../report/claims.js';
import { countsOf } from '../../report/count-channels.js';
import type { Held } from '../../report/held.js';
import type { WriteRequest } from '../../request/write-request.js';
import { WORK_QUEUE, type WorkQueue } from '../../transport/work-queue.js';
import { now } from '../process/clock.js';
import { ACCEPTED, type Delivery, type DeliveryEvent, isWaiting } from '../delivery/delivery.js';
import { type DeliveryChange, DeliveryQueue } from '../delivery/delivery-queue.js';
import { Ledger } from '../ledger/ledger.js';
import type { ChangeDetails } from '../ledger/record-changes.js';
import type { RecordedRequest } from '../ledger/recorded-request.js';
import type { TrackedRequest } from '../ledger/tracked-request.js';

type OutcomeEvent = Extract<DeliveryEvent, { readonly type: 'outcome' }>;

/** The requests that are not settled. Each change of one is noted in the ledger and in the log. */
@Injectable()
export class Deliveries {
  private readonly logger = new EventLog('Broker');
  private readonly queue = new DeliveryQueue<TrackedRequest>();
  /** Requests that are sent again once they are written, as an older one may have replaced their file. */
  private readonly doubted = new Set<TrackedRequest>();

  /** Those that are just being cancelled. */
  private readonly cancelling = new Set<TrackedRequest>();

  /** Seconds after which a request that no writer names may be sent again; 0: writers do not report. */
  readonly lease: number;

  constructor(
    settings: BrokerSettings,
    private readonly ledger: Ledger,
    @Inject(WORK_QUEUE) private readonly work: WorkQueue,
  ) {
    this.lease = settings.reports === 'off' ? 0 : settings.lease;
  }

  /** Takes in a request that has just been recorded; `request`: the whole of it, if it is at hand. */
  add(recorded: RecordedRequest, request?: WriteRequest): void {
    this.take(recorded, ACCEPTED, request);
  }

  /** Takes in a request that a predecessor left open, with the number of times it had been sent. */
  resume(recorded: RecordedRequest, sent: number): void {
    const { mustReport } = this.work.consumers;
    const leaseEnds = now() + (mustReport ? Math.min(this.lease, CLAIMS_S) : this.lease);
    this.take(recorded, sent === 0 ? ACCEPTED : { state: 'sent', attempt: sent, leaseEnds });
  }

  /** A request was handed over. */
  sent(request: TrackedRequest): void {
    this.apply(request, { type: 'sent', leaseEnds: now() + this.lease });
  }

  /** @returns whether something changed */
  apply(request: TrackedRequest, event: DeliveryEvent, details: ChangeDetails = {}): boolean {
    const change = this.queue.apply(request, event);
    if (change) this.note(change, details);
    return change !== undefined;
  }

  /** Time went by: leases may have run out. */
  tick(): void {
    const time = now();
    const unnamed = this.work.consumers.unnamed(time);
    this.applyToAll({ type: 'tick', now: time, lease: this.lease, unnamed });
  }

  applyToAll(event: DeliveryEvent): void {
    for (const change of this.queue.applyToAll(event)) this.note(change, {});
  }

  /** As `apply`, also to a request that is settled: an outcome may come late, and differ. */
  async settle(id: string, event: OutcomeEvent, details: ChangeDetails): Promise<boolean> {
    const request = this.ledger.get(id);
    if (!request) return false;
    // First: a broker that is killed now, and started again, has to know.
    const newer = event.state === 'written' ? this.ledger.newerOf(request) : undefined;
    if (newer && !(await this.isRepeated(request, event, details))) await this.replaced(newer);
    const isNews = this.queue.has(request)
      ? this.apply(request, event, details)
      : await this.ledger.overturn(request, event, details);
    if (isNews && this.doubted.delete(request) && event.state === 'written') {
      await this.sendAgain(id);
    }
    return isNews;
  }

  /**
   * An older request may have replaced the file of this one: its writer looked before this one's file
   * was there, and renamed afterwards. A writer has to look again, which costs little if all is well.
   */
  private async replaced(newer: TrackedRequest): Promise<void> {
    if (newer.state === 'written') return this.sendAgain(newer.id);
    if (this.queue.has(newer) && !isWaiting(newer.delivery)) this.doubt(newer);
  }

  /** Has a request sent again once it is written: an older one may have replaced its file by then. */
  private doubt(request: TrackedRequest): void {
    if (this.doubted.has(request)) return;
    this.doubted.add(request);
    this.ledger.doubt(request);
  }

  /** Recovers the doubts that a predecessor noted, once all open requests have been resumed. */
  async resumeDoubts(): Promise<void> {
    for (const id of this.ledger.recovery.doubted) {
      const request = this.ledger.get(id);
      if (request && this.queue.has(request)) this.doubted.add(request);
      else await this.sendAgain(id);
    }
  }

  private async sendAgain(id: string): Promise<void> {
    const request = await this.ledger.reopen(id);
    if (!request) {
      this.logger.warn("file may be that of an older request, and can't be written again", {
        request_id: id,
      });
      return;
    }
    this.queue.add(request);
    const { outputFile: output_file, delivery } = request;
    const message = 'request is sent again: an older one may have replaced its file';
    this.logger.warn(message, { request_id: id, output_file, attempt: delivery.attempt });
  }

  /** Whether this outcome of a settled request was reported before: a writer may report it twice. */
  private async isRepeated(
    request: TrackedRequest,
    { attempt }: OutcomeEvent,
    { writer }: ChangeDetails,
  ): Promise<boolean> {
    if (this.queue.has(request)) return false;
    const record = await this.ledger.lookup.record(request.id);
    return record?.attempt === attempt && record.writer_id === writer;
  }

  /** A writer names a request that it holds. This is not logged, as it happens with each heartbeat. */
  named(writer: string, held: Held): void {
    const { request_id: id, attempt, state } = held;
    const request = this.ledger.get(id);
    const leaseEnds = now() + this.lease;
    const change =
      request && this.queue.apply(request, { type: 'named', writer, attempt, state, leaseEnds });
    if (!change) return;
    const { before, after } = change;
    const same =
      before.state === after.state &&
      before.attempt === after.attempt &&
      before.holder === after.holder;
    if (same) this.ledger.progress(request, writer, held);
    else this.ledger.move(request, { writer, held });
  }

  /**
   * Cancels a request that waits; it is on disk when this resolves.
   *
   * @throws OutcomeNotSaved; then nothing has changed
   */
  async cancel(request: TrackedRequest): Promise<'cancelled' | 'under_way' | 'settled'> {
    if (!this.queue.has(request)) return 'settled';
    if (!isWaiting(request.delivery)) return 'under_way';
    this.cancelling.add(request);
    try {
      const apply = () => this.queue.apply(request, { type: 'cancelled' });
      return (await this.ledger.cancel(request, apply)) ? 'cancelled' : 'settled';
    } finally {
      this.cancelling.delete(request);
    }
  }

  /** The request to send next; undefined while none may be sent. */
  nextToSend(window: number, oneAFile: boolean): TrackedRequest | undefined {
    const next = this.queue.nextToSend(window, oneAFile);
    return next && this.cancelling.has(next) ? undefined : next;
  }

  get size(): number {
    return this.queue.size;
  }

  /** Requests that were sent and are not settled. */
  get underWay(): number {
    return this.queue.underWay;
  }

  /** How many of them wait to be sent again. */
  get unnamed(): number {
    return this.queue.unnamed;
  }

  /** How many wait to be sent again, by reason. */
  waitingBy(): ReadonlyMap<string, number> {
    return this.queue.waitingBy();
  }

  /** How many requests are in each state. */
  byState(): ReadonlyMap<string, number> {
    return this.queue.byState();
  }

  /** How many requests each writer holds. */
  heldBy(): ReadonlyMap<string, number> {
    return this.queue.heldBy();
  }

  /** Seconds since the oldest request was accepted; 0 without one. */
  oldestAge(): number {
    const { oldest } = this.queue;
    return oldest ? Math.max(Date.now() / 1000 - oldest.accepted, 0) : 0;
  }

  private take(recorded: RecordedRequest, delivery: Delivery, request?: WriteRequest): void {
    if (recorded.facts.dispatch) this.queue.add(this.ledger.accept(recorded, delivery, request));
    else this.ledger.accept(recorded, { state: 'recorded', attempt: 0 }, request);
  }

  private note(
    { request, before, after }: DeliveryChange<TrackedRequest>,
    details: ChangeDetails,
  ): void {
    if (after.waitsFor !== undefined) return this.ledger.wait(request, after.waitsFor);
    const head = this.ledger.move(request, details);
    const { request_id, output_file, start_pulse_id, stop_pulse_id, attempt, writer_id } = head;
    const named = { request_id, output_file, start_pulse_id, stop_pulse_id };
    const fields = { ...named, attempt, writer_id };
    const counts = details.report && countsOf(details.report);
    if (after.state === 'queued') {
      this.logger.warn('request is sent again: no writer reported on it', {
        ...fields,
        previous_state: before.state,
      });
    } else if (after.state === 'failed') {
      const { code, message } = head.failure ?? {};
      this.logger.error('request failed', { ...fields, ...counts, code, error: message });
    } else {
      this.logger.log(`request ${after.state}`, { ...fields, ...counts });
    }
  }
}

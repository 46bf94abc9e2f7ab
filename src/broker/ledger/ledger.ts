import { Injectable } from '@nestjs/common';
import { Subject } from 'rxjs';
import type { TrailId } from '../../audit/trail-id.js';
import { EventLog } from '../../logging/event-log.js';
import type { WriteRequest } from '../../request/write-request.js';
import type { Held } from '../../report/held.js';
import { isIncomplete } from '../../report/count-channels.js';
import { type Delivery, type DeliveryEvent, next } from '../delivery/delivery.js';
import { OUTCOMES_LOST } from './withheld.js';
import { OutcomesFile } from './outcomes-file.js';
import { RequestIndex } from './request-index.js';
import { type OpenRequest, readPast } from './past.js';
import { RecordedLines } from './recorded-lines.js';
import { RecordedRequest } from './recorded-request.js';
import { RequestTexts } from './request-texts.js';
import { factsOf } from './trail-requests.js';
import { type ChangeDetails, moved, withoutDetails } from './record-changes.js';
import { LiveRequest, TrackedRequest } from './tracked-request.js';
import { RequestLookup } from './request-lookup.js';
import type { RequestHead, RequestRecord } from '../../report/request-record.js';
import { type RequestState, type WaitReason, isSettled } from '../../report/request-state.js';

/** Settled requests that lists have; older ones are in trail and outcomes file only. */
export const REMEMBERED = 100_000;

/** Something is known of a request that was not known before. */
export interface RequestChange {
  readonly kind: 'state' | 'progress';
  readonly head: RequestHead;
  /** Its state until now; undefined for one that is new. */
  readonly before?: RequestState;
}

/**
 * Where every request stands and stood. Trail and outcomes file are what it is rebuilt from; in
 * memory are the requests that are open, and of settled ones an index.
 */
@Injectable()
export class Ledger {
  private readonly index = new RequestIndex();
  private readonly outcomes: OutcomesFile;
  readonly lookup: RequestLookup;
  readonly texts: RequestTexts;
  private readonly logger = new EventLog('Broker');
  private past: RecordedLines | undefined;
  private hello: string | undefined;
  /** Requests that a predecessor noted with {@link doubt}. */
  doubted: ReadonlySet<string> = new Set();
  /** Parts of trails that could not be read at the start. */
  damagedParts = 0;
  private readonly changed = new Subject<RequestChange>();
  /** Every change of a state, and progress. */
  readonly changes = this.changed.asObservable();

  /**
   * @param id of the trail; without one lost outcomes are not noticed
   * @param recoverAll whether requests are sent that were withheld as outcomes were lost
   */
  constructor(
    private readonly trail: string,
    private readonly id?: TrailId,
    private readonly recoverAll = false,
  ) {
    this.outcomes = new OutcomesFile(`${trail}.outcomes`, this.index);
    this.lookup = new RequestLookup(this.index, this.outcomes);
    this.texts = new RequestTexts(trail);
  }

  /**
   * Draws the line between what predecessors left in the trail and what is recorded from now on.
   *
   * @throws NodeJS.ErrnoException when the trail can't be read
   */
  async openTrail(): Promise<void> {
    this.past = await RecordedLines.open(this.trail);
  }

  /**
   * Recovers what predecessors left. Requests may be recorded meanwhile.
   *
   * @returns the requests that are to be delivered, in the order in which they were recorded
   * @throws PastUnreadable, or NodeJS.ErrnoException when the trail can't be read
   */
  async rebuild(): Promise<readonly OpenRequest[]> {
    const { trail, index, outcomes, id, recoverAll } = this;
    const sources = { trail, lines: this.past!, outcomes, index, id, recoverAll };
    const { open, withheld, notes, hello, doubted, damagedParts } = await readPast(sources);
    this.damagedParts = damagedParts;
    for (const recorded of withheld) this.withhold(recorded);
    for (const note of notes) outcomes.note(note, () => this.outcomesNoted());
    // Once more: the lines that tell it may be rotated away before the next start.
    if (hello !== undefined) this.heard(hello);
    this.doubted = doubted;
    index.trim(REMEMBERED);
    return open;
  }

  /** Requests that are not sent, as the outcomes were lost, until a start recovers them. */
  get withheld(): number {
    return this.index.withheld().length;
  }

  /** Whether a writer has said hello on this trail, to this broker or to a predecessor. */
  get helloKnown(): boolean {
    return this.hello !== undefined;
  }

  /** Notes that a writer reports. */
  heard(writer: string): void {
    if (this.hello !== undefined) return;
    this.hello = writer;
    this.outcomes.note({ hello: writer });
  }

  /** A request that is open, or among the settled ones that are remembered. */
  get(id: string): TrackedRequest | undefined {
    return this.index.get(id);
  }

  /**
   * Enters a request that is in the trail.
   *
   * @param request the whole of it where it is new, and not recovered from a predecessor
   */
  accept(recorded: RecordedRequest, delivery: Delivery, request?: WriteRequest): TrackedRequest {
    const live = new LiveRequest(recorded, delivery);
    const entry = this.enter(recorded, live);
    this.index.trim(REMEMBERED);
    if (request) {
      live.record = live.firstRecord(request);
      this.tell('state', live.record);
    }
    if (isSettled(delivery.state)) this.settle(entry, live);
    return entry;
  }

  /** The newest request for the same file that was recorded after this one, and is written or open. */
  newerOf(entry: TrackedRequest): TrackedRequest | undefined {
    return this.index.newerOf(entry);
  }

  /** Notes that a request has to go out again, should it be written. */
  doubt({ id }: TrackedRequest): void {
    this.outcomes.note({ doubted: id });
  }

  /**
   * Opens a request again that was written, as its file is another one's: noted first, so that the next
   * broker would do it.
   *
   * @returns undefined where it is not written any more, or its line can't be found
   */
  async reopen(id: string): Promise<TrackedRequest | undefined> {
    const record = await this.lookup.record(id);
    const request = await this.texts.search(id);
    const entry = this.index.get(id);
    if (!record || !request || entry?.state !== 'written') return undefined;
    const { attempt } = record;
    this.outcomes.note({ carried: request, reopened: attempt });
    const delivery = next({ state: 'written', attempt }, { type: 'overwritten' });
    const live = new LiveRequest(new RecordedRequest(factsOf(request), request), delivery);
    live.record = moved(record, delivery, {});
    this.index.revive(entry, live);
    this.tell('state', live.record, record.state);
    return entry;
  }

  /** Notes before a request is sent that it is. */
  sending({ id }: TrackedRequest, attempt: number): void {
    this.outcomes.note({ request_id: id, sent: attempt });
  }

  /** Notes that the delivery of an open request changed. @returns what lists have of it now */
  move(entry: TrackedRequest, details: ChangeDetails = {}): RequestHead {
    const live = entry.live!;
    const { state: before } = live.record;
    live.record = moved(live.record, live.delivery, details);
    entry.incomplete = isIncomplete(live.record);
    this.tell('state', live.record, before);
    if (isSettled(entry.state)) this.settle(entry, live);
    return live.record;
  }

  /** Notes why a request that was sent does not go out again yet. */
  wait({ live }: TrackedRequest, reason: WaitReason): void {
    if (!live) return;
    live.record = { ...live.record, waits_for: reason };
    this.tell('progress', live.record, live.record.state);
  }

  /** Notes how far a writer is with an open request. */
  progress({ live }: TrackedRequest, writer: string, held: Held): void {
    if (!live) return;
    const { bytes, rows, failure } = held;
    const before = live.record;
    if (before.bytes === bytes && before.rows === rows && before.failure === failure) return;
    live.record = { ...before, writer_id: writer, bytes, rows, failure };
    this.tell('progress', live.record, before.state);
  }

  /** Applies an outcome to a request that is settled. @returns whether it is news */
  async overturn(
    { id }: TrackedRequest,
    event: DeliveryEvent,
    details: ChangeDetails,
  ): Promise<boolean> {
    const record = await this.lookup.record(id);
    const entry = this.index.get(id);
    if (!record || !entry || !isSettled(entry.state)) return false;
    const before = { state: entry.state, attempt: record.attempt };
    const after = next(before, event);
    if (after === before) return false;
    const settled = moved(record, after, details);
    if (entry.live) {
      entry.delivery = after;
      entry.live.record = settled;
    } else entry.settle(after.state);
    entry.incomplete = isIncomplete(settled);
    this.tell('state', settled, record.state);
    this.outcomes.settle(settled, () => undefined);
    return true;
  }

  /** Notes of states that the disk has not taken yet. */
  get unwritten(): number {
    return this.outcomes.unwritten;
  }

  async close(): Promise<void> {
    this.changed.complete();
    await this.outcomes.close();
    await this.past?.close();
    this.texts.close();
  }

  private enter(recorded: RecordedRequest, live: LiveRequest): TrackedRequest {
    const { facts } = recorded;
    // Known where it was held back until now.
    const known = this.index.get(facts.id);
    const entry = known ?? new TrackedRequest(facts);
    this.index.revive(entry, live);
    if (!known) this.index.add(entry);
    return entry;
  }

  private withhold(recorded: RecordedRequest): void {
    const live = new LiveRequest(recorded, { state: 'recorded', attempt: 0 });
    const entry = this.enter(recorded, live);
    live.record = { ...live.record, withheld: OUTCOMES_LOST };
    entry.withheld = true;
    this.settle(entry, live);
  }

  private outcomesNoted(): void {
    this.id?.outcomesNoted().catch((error: unknown) => {
      this.logger.warn('id of the trail could not be saved', { file: `${this.trail}.id`, error });
    });
  }

  private settle(entry: TrackedRequest, live: LiveRequest): void {
    live.recorded.release();
    this.outcomes.settle(live.record, () => {
      // Unless it is open again.
      if (entry.live === live) this.index.release(entry);
    });
  }

  private tell(kind: RequestChange['kind'], record: RequestRecord, before?: RequestState): void {
    this.changed.next({ kind, head: withoutDetails(record), before });
  }
}

import { Injectable } from '@nestjs/common';
import { Subject } from 'rxjs';
import type { WrittenLine } from '../../audit/append-only-file.js';
import type { TrailId } from '../../audit/trail-id.js';
import { EventLog } from '../../logging/event-log.js';
import type { WriteRequest } from '../../request/write-request.js';
import type { Held } from '../../report/held.js';
import { isIncomplete } from '../../report/count-channels.js';
import { type Delivery, next } from '../delivery/delivery.js';
import { OUTCOMES_LOST } from './withheld.js';
import { OutcomesFile } from './outcomes-file.js';
import { type IndexEntry, type RequestFilter, RequestIndex } from './request-index.js';
import { requestMovedAway } from './open-requests.js';
import { type OpenRequest, readPast } from './past.js';
import { requestInTrail } from './request-in-trail.js';
import { RecordedLines } from './recorded-lines.js';
import { RecordedRequest } from './recorded-request.js';
import { TrailFiles } from './trail-files.js';
import { factsOf } from './trail-requests.js';
import { type ChangeDetails, firstRecord, moved, withoutDetails } from './record-changes.js';
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

/** An open request. Its record is made when somebody needs it: at a start there may be very many. */
class Open {
  private known: RequestRecord | undefined;
  private readonly time = Date.now() / 1000;

  constructor(
    public recorded: RecordedRequest,
    private readonly delivery: Delivery,
  ) {}

  get record(): RequestRecord {
    return (this.known ??= this.firstRecord(this.recorded.read()));
  }

  firstRecord(request: WriteRequest | undefined): RequestRecord {
    return firstRecord(this.recorded.facts, request, this.delivery, this.time);
  }

  set record(record: RequestRecord) {
    this.known = record;
  }
}

/**
 * Where every request stands and stood. Trail and outcomes file are what it is rebuilt from; in
 * memory are the requests that are open, and of settled ones an index.
 */
@Injectable()
export class Ledger {
  private readonly index = new RequestIndex();
  private readonly open = new Map<string, Open>();
  private readonly outcomes: OutcomesFile;
  private readonly trailFiles: TrailFiles;
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
    this.trailFiles = new TrailFiles(trail);
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

  /** Whether a request is open, or among the settled ones that are remembered. */
  knows(id: string): boolean {
    return this.index.get(id) !== undefined;
  }

  /** A request that was recorded just now, in memory without its parameters. */
  recorded(request: WriteRequest, line: WrittenLine | undefined): RecordedRequest {
    const place = line && this.trailFiles.hold(line);
    return new RecordedRequest(factsOf(request), place ?? request);
  }

  /**
   * Enters a request that is in the trail.
   *
   * @param request the whole of it where it is new, and not recovered from a predecessor
   */
  accept(recorded: RecordedRequest, delivery: Delivery, request?: WriteRequest): void {
    const { id, accepted, outputFile, sortKey } = recorded.facts;
    const open = new Open(recorded, delivery);
    this.open.set(id, open);
    const { state } = delivery;
    const known = this.index.get(id);
    // Held back until now.
    if (known) Object.assign(known, { state, withheld: false, place: undefined, head: undefined });
    else this.index.add({ id, accepted, outputFile, sortKey, state });
    this.index.trim(REMEMBERED);
    if (request) {
      open.record = open.firstRecord(request);
      this.tell('state', open.record);
    }
    if (isSettled(state)) this.settle(id);
  }

  /** The whole of an open request; undefined where the trail was cut off and does not have it. */
  requestOf(id: string): WriteRequest | undefined {
    return this.open.get(id)?.recorded.read();
  }

  /** Looks for an open request in copies of a trail that was cut off. @returns whether it is there */
  async findAgain(id: string): Promise<boolean> {
    const request = await requestMovedAway(this.trail, id);
    const open = this.open.get(id);
    if (request && open) {
      open.recorded.release();
      open.recorded = new RecordedRequest(open.recorded.facts, request);
    }
    return request !== undefined;
  }

  /** The newest request for the same file that was recorded after this one, and is written or open. */
  newerOf(id: string): { readonly id: string; readonly state: RequestState } | undefined {
    const entry = this.index.get(id);
    return entry && this.index.newerOf(entry);
  }

  /** Notes that a request has to go out again, should it be written. */
  doubt(id: string): void {
    this.outcomes.note({ doubted: id });
  }

  /**
   * Opens a request again that was written, as its file is another one's: noted first, so that the next
   * broker would do it.
   *
   * @returns undefined where it is not written any more, or its line can't be found
   */
  async reopen(id: string): Promise<{ recorded: RecordedRequest; delivery: Delivery } | undefined> {
    const record = await this.record(id);
    const request = await requestInTrail(this.trail, id);
    const entry = this.index.get(id);
    if (!record || !request || entry?.state !== 'written') return undefined;
    const { attempt } = record;
    this.outcomes.note({ carried: request, reopened: attempt });
    const delivery = next({ state: 'written', attempt }, { type: 'overwritten' });
    const recorded = new RecordedRequest(factsOf(request), request);
    const open = new Open(recorded, delivery);
    open.record = moved(record, delivery, {});
    this.open.set(id, open);
    Object.assign(entry, { state: delivery.state, place: undefined, head: undefined });
    this.tell('state', open.record, record.state);
    return { recorded, delivery };
  }

  /** When a request was accepted, seconds since the epoch, while it is open. */
  acceptedAt(id: string): number | undefined {
    return this.open.get(id)?.recorded.facts.accepted;
  }

  /** Notes before a request is sent that it is. */
  sending(id: string, attempt: number): void {
    this.outcomes.note({ request_id: id, sent: attempt });
  }

  /** Notes a new state of an open request. @returns what lists have of it now */
  move(id: string, delivery: Delivery, details: ChangeDetails = {}): RequestHead | undefined {
    const open = this.open.get(id);
    if (!open) return undefined;
    const { state: before } = open.record;
    open.record = moved(open.record, delivery, details);
    const entry = this.index.get(id);
    if (entry) Object.assign(entry, indexed(open.record));
    this.tell('state', open.record, before);
    if (isSettled(delivery.state)) this.settle(id);
    return open.record;
  }

  /** Notes why a request that was sent does not go out again yet. */
  wait(id: string, reason: WaitReason): void {
    const open = this.open.get(id);
    if (!open) return;
    open.record = { ...open.record, waits_for: reason };
    this.tell('progress', open.record, open.record.state);
  }

  /** Notes how far a writer is with an open request. */
  progress(id: string, writer: string, held: Held): void {
    const open = this.open.get(id);
    if (!open) return;
    const { bytes, rows, failure } = held;
    const before = open.record;
    if (before.bytes === bytes && before.rows === rows && before.failure === failure) return;
    open.record = { ...before, writer_id: writer, bytes, rows, failure };
    this.tell('progress', open.record, before.state);
  }

  /** Notes that something else is known now of a settled request. */
  async overturn(id: string, delivery: Delivery, details: ChangeDetails): Promise<void> {
    const record = await this.record(id);
    const entry = this.index.get(id);
    if (!record || !entry) return;
    const settled = moved(record, delivery, details);
    Object.assign(entry, indexed(settled));
    this.tell('state', settled, record.state);
    this.outcomes.settle(settled, () => undefined);
  }

  /** State and attempt of a settled request, or undefined for one that is open or not known. */
  async settledDelivery(id: string): Promise<Delivery | undefined> {
    const entry = this.index.get(id);
    if (!entry || !isSettled(entry.state)) return undefined;
    return { state: entry.state, attempt: (await this.record(id))?.attempt ?? 0 };
  }

  /** All that is known of a request; undefined for one that is not known (any more). */
  async record(id: string): Promise<RequestRecord | undefined> {
    const open = this.open.get(id)?.record;
    const entry = this.index.get(id);
    if (open || !entry) return open;
    const record = (await this.outcomes.read(id)) ?? (await this.outcomes.search(id));
    return record ?? (entry.head && { ...entry.head, history: [] });
  }

  /**
   * Newest first.
   *
   * @param before id of a request; only older ones
   * @returns undefined where `before` is not known
   */
  async list(
    filter: RequestFilter,
    limit: number,
    before?: string,
  ): Promise<{ heads: RequestHead[]; more: boolean } | undefined> {
    const start = before === undefined ? undefined : this.index.get(before);
    if (before !== undefined && !start) return undefined;
    const ids: string[] = [];
    let more = false;
    const { incomplete } = filter;
    for (const entry of this.index.newestFirst(filter, start)) {
      const { id } = entry;
      if (incomplete !== undefined && (await this.isIncomplete(entry)) !== incomplete) continue;
      more = ids.length === limit;
      if (more) break;
      ids.push(id);
    }
    const heads = await Promise.all(ids.map((id) => this.head(id)));
    return { heads: heads.filter((head) => head !== undefined), more };
  }

  private async head(id: string): Promise<RequestHead | undefined> {
    const record = this.open.get(id)?.record ?? (await this.outcomes.read(id));
    return record ? withoutDetails(record) : this.index.get(id)?.head;
  }

  /** Lines of before say it in their reports alone. */
  private async isIncomplete(entry: IndexEntry): Promise<boolean> {
    if (!isSettled(entry.state)) return false;
    entry.incomplete ??= isIncomplete((await this.head(entry.id)) ?? {}) ?? false;
    return entry.incomplete;
  }

  /** Notes of states that the disk has not taken yet. */
  get unwritten(): number {
    return this.outcomes.unwritten;
  }

  async close(): Promise<void> {
    this.changed.complete();
    await this.outcomes.close();
    await this.past?.close();
    this.trailFiles.close();
  }

  private withhold(recorded: RecordedRequest): void {
    const { id, accepted, outputFile, sortKey } = recorded.facts;
    const delivery = { state: 'recorded', attempt: 0 } as const;
    const open = new Open(recorded, delivery);
    open.record = { ...open.record, withheld: OUTCOMES_LOST };
    this.open.set(id, open);
    this.index.add({ id, accepted, outputFile, sortKey, state: 'recorded', withheld: true });
    this.settle(id);
  }

  private outcomesNoted(): void {
    this.id?.outcomesNoted().catch((error: unknown) => {
      this.logger.warn('id of the trail could not be saved', { file: `${this.trail}.id`, error });
    });
  }

  private settle(id: string): void {
    const open = this.open.get(id)!;
    open.recorded.release();
    this.outcomes.settle(open.record, () => {
      // Unless it is open again.
      if (this.open.get(id) === open) this.open.delete(id);
    });
  }

  private tell(kind: RequestChange['kind'], record: RequestRecord, before?: RequestState): void {
    this.changed.next({ kind, head: withoutDetails(record), before });
  }
}

/** What the index has of a record. */
function indexed(record: RequestRecord): Pick<IndexEntry, 'state' | 'incomplete'> {
  return { state: record.state, incomplete: isIncomplete(record) };
}

import { Injectable } from '@nestjs/common';
import type { TrailId } from '../../audit/trail-id.js';
import type { WriteRequest } from '../../request/write-request.js';
import type { Held } from '../../report/held.js';
import { isIncomplete } from '../../report/count-channels.js';
import { type Delivery, isAway, isOver } from '../delivery/delivery.js';
import { OUTCOMES_LOST } from './withheld.js';
import { OutcomesFile } from './outcomes-file.js';
import { RequestIndex } from './request-index.js';
import type { OpenRequest } from './past.js';
import { Recovery } from './recovery.js';
import { RecordedRequest } from './recorded-request.js';
import { RequestTexts } from './request-texts.js';
import { healingNote } from '../../audit/outcome-line.js';
import { type ChangeDetails, moved, movedAgain, takenBack } from './record-changes.js';
import { RequestChanges } from './request-changes.js';
import { SettledRequests } from './settled-requests.js';
import { LiveRequest, TrackedRequest } from './tracked-request.js';
import { RequestLookup } from './request-lookup.js';
import type { RequestHead } from '../../report/request-record.js';
import { type WaitReason, isSettled } from '../../report/request-state.js';

/** How many settled requests lists have; older ones are in trail and outcomes file only. */
export const REMEMBERED = 100_000;

/**
 * The present and past states of every request. It is rebuilt from trail and outcomes file; in memory it
 * has the open requests, and an index of the settled ones.
 */
@Injectable()
export class Ledger {
  private readonly index = new RequestIndex();
  private readonly outcomes: OutcomesFile;
  readonly lookup: RequestLookup;
  readonly texts: RequestTexts;
  readonly recovery: Recovery;
  /** What may still happen to requests that are settled. */
  readonly settled: SettledRequests;
  private readonly told = new RequestChanges();
  /** Every change of a state, and progress. */
  readonly changes = this.told.all;

  /**
   * @param id of the trail; without one lost outcomes are not noticed
   * @param recoverAll whether requests are sent that were withheld as outcomes were lost
   */
  constructor(trail: string, id?: TrailId, recoverAll = false) {
    const { index } = this;
    const outcomes = new OutcomesFile(`${trail}.outcomes`, index);
    this.outcomes = outcomes;
    this.lookup = new RequestLookup(index, outcomes);
    this.texts = new RequestTexts(trail);
    this.settled = new SettledRequests(index, outcomes, this.lookup, this.texts, this.told);
    this.recovery = new Recovery({ trail, outcomes, index, id, recoverAll });
  }

  /**
   * Recovers the requests of predecessors.
   *
   * @returns the requests that are to be delivered, in the order in which they were recorded
   * @throws PastUnreadable, or NodeJS.ErrnoException when the trail can't be read
   */
  async recover(): Promise<readonly OpenRequest[]> {
    const open = await this.recovery.run((recorded) => this.withhold(recorded));
    this.index.trim(REMEMBERED);
    return open;
  }

  /** Requests that are not sent, as the outcomes were lost, until a start recovers them. */
  get withheld(): number {
    return this.index.withheld().length;
  }

  /** Requests that failed, and are tried again by themselves. */
  get healing(): number {
    return this.index.healing;
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
    const { id } = recorded.facts;
    const live = new LiveRequest(recorded, delivery, this.recovery.healing.get(id));
    const entry = this.enter(recorded, live);
    this.recovery.healing.delete(id);
    this.index.trim(REMEMBERED);
    if (request) {
      live.record = live.firstRecord(request);
      this.told.tell('state', live.record);
    }
    if (isOver(delivery)) this.settle(entry, live);
    return entry;
  }

  /** Notes that a request is sent, before it is. */
  sending({ id }: TrackedRequest, attempt: number): void {
    this.outcomes.note({ request_id: id, sent: attempt });
  }

  /** Notes whether the queue has a request that was sent, for a broker that is started anew. */
  keeping({ id, live }: TrackedRequest): void {
    if (!live) return;
    const { delivery } = live;
    const kept = isAway(delivery) ? delivery.kept === true : undefined;
    this.outcomes.note({ request_id: id, sent: delivery.attempt, kept });
  }

  /** @returns when all that was noted so far is on disk, however long the disk refuses it */
  allOnDisk(): Promise<void> {
    return this.outcomes.allOnDisk();
  }

  /** Notes that the delivery of an open request changed. @returns its entry in lists now */
  move(entry: TrackedRequest, details: ChangeDetails = {}): RequestHead {
    const live = entry.live!;
    const { state: before } = live.record;
    const change = live.told ? movedAgain : moved;
    live.record = change(live.record, live.delivery, details);
    entry.incomplete = isIncomplete(live.record);
    this.told.tell('state', live.record, before);
    if (isSettled(entry.state)) this.settle(entry, live);
    return live.record;
  }

  /** Notes that a writer gave a request back that it had not begun: that is no attempt. */
  takeBack({ id, live }: TrackedRequest): void {
    if (!live) return;
    const { state: before } = live.record;
    live.record = takenBack(live.record, live.delivery);
    this.outcomes.note({ request_id: id, sent: live.delivery.attempt });
    this.told.tell('state', live.record, before);
  }

  /**
   * Settles a request as cancelled: on disk first, and unchanged if the disk refuses. Nothing else may happen
   * to it meanwhile but a late outcome, which then counts.
   *
   * @param apply changes its delivery; false if that is not possible any more
   * @returns whether it is cancelled
   * @throws OutcomeNotSaved
   */
  async cancel(entry: TrackedRequest, apply: () => boolean): Promise<boolean> {
    const live = entry.live!;
    const before = live.record;
    const { attempt, state } = before;
    const delivery = { state: 'recorded', attempt, cancelled: true } as const;
    const cancelled = moved(before, delivery, {});
    await this.outcomes.settleDurably(cancelled);
    if (entry.live !== live || live.record.state !== state || !apply()) return false;
    live.record = cancelled;
    live.recorded.release();
    this.index.release(entry);
    this.told.tell('state', cancelled, state);
    return true;
  }

  /**
   * Notes that a writer died while it wrote a request.
   *
   * @returns false where that is noted already, or the request is not open
   */
  died(requestId: string, deathId: string): boolean {
    const live = this.index.get(requestId)?.live;
    if (!live || isOver(live.delivery) || !this.outcomes.died(requestId, deathId)) return false;
    live.record = { ...live.record, deaths: (live.record.deaths ?? 0) + 1 };
    return true;
  }

  /** Notes why a request that was sent is not sent again yet. */
  wait({ live }: TrackedRequest, reason: WaitReason): void {
    if (!live) return;
    live.record = { ...live.record, waits_for: reason };
    this.told.tell('progress', live.record, live.record.state);
  }

  /** Notes a writer's progress with an open request. */
  progress({ live }: TrackedRequest, writer: string, held: Held): void {
    if (!live) return;
    const { bytes, rows, failure } = held;
    const before = live.record;
    if (before.bytes === bytes && before.rows === rows && before.failure === failure) return;
    live.record = { ...before, writer_id: writer, bytes, rows, failure };
    this.told.tell('progress', live.record, before.state);
  }

  /** Notes of states that the disk has not taken yet. */
  get unwritten(): number {
    return this.outcomes.unwritten;
  }

  async close(): Promise<void> {
    this.told.close();
    await this.outcomes.close();
    await this.recovery.close();
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

  private settle(entry: TrackedRequest, live: LiveRequest): void {
    const { record, told, delivery } = live;
    const isEnd = isOver(delivery);
    if (isEnd) live.recorded.release();
    const written = () => {
      // Unless it is open again.
      if (isEnd && entry.live === live) this.index.release(entry);
    };
    if (told && record.state === 'failed') {
      entry.healed = healingNote(record, told.failure);
      this.outcomes.note(entry.healed, written);
    } else {
      this.outcomes.settle(record, written);
      if (!isEnd) live.told = { failure: record.failure };
    }
  }
}

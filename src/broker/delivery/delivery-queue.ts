import {
  OPEN_STATES,
  WAIT_REASONS,
  type OpenState,
  type WaitReason,
} from '../../report/request-state.js';
import { LANES, type Lane } from '../../request/lane.js';
import { type Delivery, isAway, isHealing, isOver, isWaiting, takesSlot } from './delivery.js';
import type { DeliveryEvent, EventForAll } from './delivery-event.js';
import { next } from './next-delivery.js';
import type { Fleet } from './fleet.js';
import { type Outage, Outages } from './outages.js';
import { listed, placesOf } from './places.js';
import { QueueCounts } from './queue-counts.js';
import { type QueuedRequest, laneNow, waitReasonOf } from './queued-request.js';
import { SameFile } from './same-file.js';
import { WaitingRequests } from './waiting-requests.js';

/** How the delivery of one request changed. */
export interface DeliveryChange<T extends QueuedRequest> {
  readonly request: T;
  readonly before: Delivery;
  readonly after: Delivery;
}

/** Whose turn it is of the requests for one file, as far as that was asked for. */
type Turns<T> = Map<ReadonlySet<T>, T | undefined>;

/** What the choice of the next request goes by. */
interface Moment<T> {
  readonly fleet: Fleet;
  readonly now: number;
  readonly turns: Turns<T>;
}

/**
 * All requests that are not settled, or that heal, in the order in which they were accepted. Decides which go
 * next; no I/O and no clock: times are seconds of the events' clock.
 *
 * Of the requests for one output file one is under way. Of those that wait for a file the newest of a lane goes
 * first: where it is written, the older ones are done.
 */
export class DeliveryQueue<T extends QueuedRequest> {
  private readonly requests = new Set<T>();
  /** Of them those that change as time goes by, or as writers go. There are few, however many wait. */
  private readonly timed = new Set<T>();
  private readonly files = new SameFile<T>();
  private readonly outages = new Outages();
  private readonly waiting = new WaitingRequests<T>(this.outages);
  /** Those that are not to be sent, as somebody decides about them. */
  private readonly withheld = new Set<T>();
  readonly counts = new QueueCounts();

  /** @param isNew whether it was accepted just now: a live one is tried once even where its places are down */
  add(request: T, isNew = false): void {
    this.requests.add(request);
    if (isTimed(request.delivery)) this.timed.add(request);
    this.files.add(request);
    this.counts.count(request, 1);
    this.waiting.place(request, isNew);
  }

  /** Whether a request is here: it is open, or heals. */
  has(request: T): boolean {
    return this.requests.has(request);
  }

  /** Requests that are open. */
  get size(): number {
    return this.requests.size - this.counts.healing;
  }

  /** How many were sent, no writer names, and wait to be sent again. */
  get unnamed(): number {
    if (this.counts.away === this.counts.inWindow) return 0;
    let count = 0;
    for (const { delivery } of this.timed) if (delivery.waitsFor !== undefined) count++;
    return count;
  }

  /** Places that are down. */
  get down(): readonly Outage[] {
    return [...this.outages.down()];
  }

  /** How many wait for something but their turn, by reason. */
  waitingBy(reasons: readonly WaitReason[] = WAIT_REASONS): Map<WaitReason, number> {
    return countBy(reasons, this.requests, (request) => {
      const reason = waitReasonOf(request);
      return reason !== undefined && reasons.includes(reason) ? reason : undefined;
    });
  }

  /** How many wait to be sent, by lane. */
  waitingByLane(): Map<Lane, number> {
    return countBy(LANES, this.requests, (request) =>
      isWaiting(request.delivery) ? laneNow(request) : undefined,
    );
  }

  /** How many are in each state that an open request can be in. */
  byState(): Map<OpenState, number> {
    return countBy(OPEN_STATES, this.requests, ({ delivery }) =>
      isHealing(delivery) ? undefined : (delivery.state as OpenState),
    );
  }

  /** The open request of a lane that was accepted first. */
  oldest(lane: Lane): T | undefined {
    for (const request of this.requests) {
      if (laneNow(request) === lane && !isHealing(request.delivery)) return request;
    }
    return undefined;
  }

  /** How many each writer names. */
  heldBy(): Map<string, number> {
    const held = new Map<string, number>();
    for (const { delivery } of this.timed) {
      const { holder } = delivery;
      if (holder !== undefined) held.set(holder, (held.get(holder) ?? 0) + 1);
    }
    return held;
  }

  /** Those that another writer is to try. */
  undecided(): T[] {
    return [...this.waiting.first].filter(({ delivery }) => delivery.undecided !== undefined);
  }

  /** Those of which only the error file is to be left. */
  givenUp(): T[] {
    return [...this.waiting.first].filter(({ delivery }) => delivery.givenUp !== undefined);
  }

  /** Of those that heal the one that is due first. */
  get nextToHeal(): T | undefined {
    if (this.counts.healing === 0) return undefined;
    let first: T | undefined;
    for (const request of this.requests) {
      if (!isHealing(request.delivery)) continue;
      if (!first || request.delivery.healing!.due < first.delivery.healing!.due) first = request;
    }
    return first;
  }

  /** Those that have made no progress at their writers for so many seconds. */
  stalled(now: number, limit: number): T[] {
    return [...this.timed].filter(({ delivery }) => {
      const { progress } = delivery;
      return progress !== undefined && takesSlot(delivery) && now - progress.since > limit;
    });
  }

  /** The same, and those that made none at a writer before, which may have them still. */
  stalledAnywhere(now: number, limit: number): T[] {
    const stalled = new Set(this.stalled(now, limit));
    for (const request of this.requests) {
      const { stalledAt = [], holder } = request.delivery;
      if (isHealing(request.delivery)) continue;
      if (stalledAt.some((writer) => writer !== holder)) stalled.add(request);
    }
    return [...stalled];
  }

  /**
   * Applies an event to one request; one that is over leaves the queue, and with one that is written go the
   * older ones for its file that wait.
   *
   * @returns the change, and those of others that follow; none if nothing changed, as for a request that is
   *   not here
   */
  apply(request: T, event: DeliveryEvent, now = 0): DeliveryChange<T>[] {
    if (!this.requests.has(request)) return [];
    const before = request.delivery;
    const after = next(before, event);
    if (after === before) return [];
    this.counts.count(request, -1);
    request.delivery = after;
    if (isTimed(after)) this.timed.add(request);
    else this.timed.delete(request);
    if (!isOver(after)) this.counts.count(request, 1);
    this.noteAtPlaces(request, before, now);
    const older = after.state === 'written' ? this.files.older(request) : [];
    if (isOver(after)) this.remove(request);
    else if (isHealing(before) && isHealing(after)) this.waiting.placeAgain(request);
    else if (changesLine(before, after)) this.waiting.place(request, after.attempt === 0);
    const others = older.flatMap((each) => this.apply(each, { type: 'superseded' }, now));
    return [{ request, before, after }, ...others];
  }

  /** Applies an event to every request that it can concern. */
  applyToAll(event: EventForAll, now = 0): DeliveryChange<T>[] {
    const changes: DeliveryChange<T>[] = [];
    for (const request of [...this.timed]) changes.push(...this.apply(request, event, now));
    return changes;
  }

  /** Whether one of the places that a request goes to is down. */
  isDown({ outputFile }: T): boolean {
    return listed(placesOf(outputFile)).some((place) => this.outages.isDown(place));
  }

  /**
   * A request failed at a place, and the failure counts.
   *
   * @param retryAfter seconds for which the place asked to be left alone
   * @returns whether the place is down from now on
   */
  placeFailed(place: string, { id }: T, now: number, retryAfter = 0): boolean {
    const isDown = this.outages.failed(place, id, now, retryAfter);
    if (isDown) this.waiting.park(place);
    return isDown;
  }

  /** A request makes no progress at a place. @returns whether the place is down from now on */
  placeHangs(place: string, { id }: T, now: number): boolean {
    const isDown = this.outages.hangs(place, id, now);
    if (isDown) this.waiting.park(place);
    return isDown;
  }

  /** A place did what was asked of it. @returns whether it was down until now */
  placeCameThrough(place: string): boolean {
    const wasDown = this.outages.cameThrough(place);
    if (wasDown) this.waiting.release(place);
    return wasDown;
  }

  /** Requests whose time has come after they failed can be sent from now on. */
  wakeDue(now: number): void {
    this.waiting.wakeDue(now);
  }

  /** Keeps a request from being sent while it is decided about. @param isWithheld false: no more */
  withhold(request: T, isWithheld: boolean): void {
    if (isWithheld) this.withheld.add(request);
    else this.withheld.delete(request);
  }

  /** The request to send next; undefined for none. */
  nextToSend(fleet: Fleet, now: number): T | undefined {
    if (fleet.keepsOrder) return this.nextInOrder(fleet);
    const moment = { fleet, now, turns: new Map() };
    for (const request of this.waiting.first) if (this.mayGoFirst(request, moment)) return request;
    return (
      this.nextOf('live', moment) ?? this.nextProbe(moment) ?? this.nextOf('background', moment)
    );
  }

  /**
   * Some writers don't report: in the order of the trail, one for each file where the others tell when it is done.
   * What failed, and is due, goes when nothing else waits.
   */
  private nextInOrder(fleet: Fleet): T | undefined {
    if (this.counts.inWindow >= fleet.window('live')) return undefined;
    const seen = new Set<ReadonlySet<T>>();
    for (const request of this.requests) {
      const sameFile = fleet.tellsWhenDone ? this.files.of(request) : undefined;
      const isFirst = !sameFile || !seen.has(sameFile);
      if (sameFile && !isHealing(request.delivery)) seen.add(sameFile);
      if (isFirst && isWaiting(request.delivery) && !this.withheld.has(request)) return request;
    }
    return this.counts.healing > 0 ? this.nextDue() : undefined;
  }

  private nextDue(): T | undefined {
    for (const request of this.requests) {
      if (!isHealing(request.delivery) || !this.waiting.has(request)) continue;
      const all = this.files.of(request);
      const isFree = !all || ![...all].some(({ delivery }) => isAway(delivery));
      if (isFree && !this.withheld.has(request)) return request;
    }
    return undefined;
  }

  private nextOf(lane: Lane, moment: Moment<T>): T | undefined {
    const { fleet } = moment;
    const line = this.waiting.lanes[lane];
    if (line.size === 0 || !this.hasRoom(lane, fleet)) return undefined;
    // Whoever was given back comes first: nothing is sent ahead of it that would take its slot.
    if (this.counts.refused[lane] > 0 && fleet.freeSlots(lane) <= 0) return undefined;
    for (const request of line) if (this.mayGo(request, moment)) return request;
    return undefined;
  }

  /** One that finds out whether a place is back, each time another one. */
  private nextProbe(moment: Moment<T>): T | undefined {
    const { fleet, now } = moment;
    // Very many may wait there: none of them is looked at in vain.
    const room = {
      live: this.hasRoom('live', fleet),
      background: this.hasRoom('background', fleet),
    };
    if (!room.live && !room.background) return undefined;
    for (const { place } of this.outages.down()) {
      if (!this.outages.mayTry(place, now)) continue;
      for (const request of this.waiting.behind(place)) {
        if (!room[laneNow(request)]) continue;
        if (this.mayGo(request, moment) && this.mayTryPlaces(request, now)) return request;
      }
    }
    return undefined;
  }

  private mayGoFirst(request: T, moment: Moment<T>): boolean {
    const { givenUp } = request.delivery;
    const { fleet, now, turns } = moment;
    if (!givenUp) return this.mayTryPlaces(request, now) && this.mayGo(request, moment);
    if (this.withheld.has(request) || !this.isNextOfFile(request, turns)) return false;
    if (givenUp.isDeadly === true) return fleet.allHeed && fleet.others([]) > 0;
    // Writers that don't heed it try it once more, and leave its error file themselves.
    return fleet.others([]) > 0 || (fleet.noneHeeds && this.hasRoom(laneNow(request), fleet));
  }

  private mayTryPlaces({ outputFile }: T, now: number): boolean {
    return listed(placesOf(outputFile)).every((place) => this.outages.mayTry(place, now));
  }

  private mayGo(request: T, { fleet, now, turns }: Moment<T>): boolean {
    const { refused, triedBy } = request.delivery;
    const lane = laneNow(request);
    if (this.withheld.has(request)) return false;
    if (!this.hasRoom(lane, fleet) || !this.isNextOfFile(request, turns)) return false;
    if (triedBy && !fleet.isFree(lane, triedBy)) return false;
    return !refused || (refused.notBefore <= now && fleet.freeSlots(lane) > 0);
  }

  private hasRoom(lane: Lane, fleet: Fleet): boolean {
    return this.counts.underWay[lane] < fleet.window(lane);
  }

  /** Of the requests for its file none is under way, and none that waits goes before it. */
  private isNextOfFile(request: T, turns: Turns<T>): boolean {
    const all = this.files.of(request);
    if (!all) return true;
    // One whose time has not come stands behind none that waits.
    if (!this.waiting.has(request)) return this.turnOf([...all], request) === request;
    if (!turns.has(all)) turns.set(all, this.turnOf([...all]));
    return turns.get(all) === request;
  }

  private turnOf(all: readonly T[], also?: T): T | undefined {
    if (all.some(({ delivery }) => isAway(delivery))) return undefined;
    const others = all.filter((each) => each === also || this.waiting.has(each));
    // A writer may have it still: another one for its file must not go meanwhile.
    const held = others.find(({ delivery }) => delivery.mayBeHeld === true);
    const live = others.findLast((each) => laneNow(each) === 'live');
    return held ?? live ?? others.at(-1);
  }

  /** What a request is on its way to can find out whether a place is back. */
  private noteAtPlaces(request: T, before: Delivery, now: number): void {
    const { delivery: after, id, outputFile } = request;
    if (isAway(before) === isAway(after)) return;
    if (isAway(after)) this.waiting.remove(request);
    for (const place of listed(placesOf(outputFile))) {
      if (isAway(after) && !after.givenUp) this.outages.sent(place, id);
      else this.outages.ended(place, id, now);
    }
  }

  private remove(request: T): void {
    this.requests.delete(request);
    this.timed.delete(request);
    this.files.remove(request);
    this.waiting.remove(request);
    this.withheld.delete(request);
  }
}

/** Whether the end of a lease concerns it, or that of a writer. */
function isTimed(delivery: Delivery): boolean {
  return isAway(delivery) || delivery.undecided !== undefined;
}

/** Whether it waits from now on, or in another line. */
function changesLine(before: Delivery, after: Delivery): boolean {
  if (isAway(after)) return false;
  const isSame =
    isAway(before) === isAway(after) &&
    isHealing(before) === isHealing(after) &&
    before.givenUp === after.givenUp &&
    before.deaths === after.deaths;
  return !isSame;
}

function countBy<K, T>(
  keys: readonly K[],
  all: Iterable<T>,
  keyOf: (each: T) => K | undefined,
): Map<K, number> {
  const counts = new Map<K, number>(keys.map((key) => [key, 0]));
  for (const each of all) {
    const key = keyOf(each);
    if (key !== undefined) counts.set(key, counts.get(key)! + 1);
  }
  return counts;
}

import type { Lane } from '../../request/lane.js';
import { type Delivery, isAway, isHealing, isOver } from './delivery.js';
import type { DeliveryEvent, EventForAll } from './delivery-event.js';
import type { Fleet } from './fleet.js';
import { next } from './next-delivery.js';
import { NextRequest } from './next-request.js';
import { type Outage, Outages } from './outages.js';
import { kindOf, listed, placesOf } from './places.js';
import { QueueCounts } from './queue-counts.js';
import { QueueOverview } from './queue-overview.js';
import { QueueOrder } from './queue-order.js';
import { type QueuedRequest, laneNow } from './queued-request.js';
import { SameFile } from './same-file.js';
import { WaitingRequests } from './waiting-requests.js';

/** How the delivery of one request changed. */
export interface DeliveryChange<T extends QueuedRequest> {
  readonly request: T;
  readonly before: Delivery;
  readonly after: Delivery;
}

/**
 * All requests that are not settled, or that heal, in the order in which they were accepted, and
 * which of them goes next. No I/O and no clock: times are seconds of the events' clock.
 *
 * Only one request for an output file is under way at a time. Of several that wait for a file, the newest of a lane
 * goes first: once it is written, the older ones are done.
 */
export class DeliveryQueue<T extends QueuedRequest> {
  private readonly requests = new Set<T>();
  /**
   * The ones that change as time goes by, or when a writer goes: few, however many wait, unless the queue that
   * carries them keeps them.
   */
  private readonly timed = new Set<T>();
  private readonly order = new QueueOrder<T>();
  private readonly files = new SameFile<T>();
  private readonly outages = new Outages();
  private readonly waiting = new WaitingRequests<T>(this.outages);
  /** Requests that must not be sent now, as they are being cancelled. */
  private readonly withheld = new Set<T>();
  readonly counts = new QueueCounts();
  private readonly next = new NextRequest<T>({
    requests: this.requests,
    files: this.files,
    outages: this.outages,
    waiting: this.waiting,
    withheld: this.withheld,
    counts: this.counts,
  });
  /** What waits, runs and heals. */
  readonly overview = new QueueOverview<T>(this.requests, this.timed, this.counts);

  /** @param isNew whether it was accepted just now: a live one is tried once even where its places are down */
  add(request: T, isNew = false): void {
    this.requests.add(request);
    if (isTimed(request.delivery)) this.timed.add(request);
    this.files.add(request);
    this.counts.count(request, 1);
    this.waiting.add(request, isNew);
  }

  /** Whether a request is here: it is open, or heals. */
  has(request: T): boolean {
    return this.requests.has(request);
  }

  /** Places that are down. */
  get down(): readonly Outage[] {
    return [...this.outages.down()];
  }

  /** Requests that failed at one writer, and that another is to try. */
  undecided(): T[] {
    return [...this.waiting.first].filter(({ delivery }) => delivery.undecided !== undefined);
  }

  /** Requests that are not tried any more: only the error file is still to be left. */
  givenUp(): T[] {
    return [...this.waiting.first].filter(({ delivery }) => delivery.givenUp !== undefined);
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
    this.order.note(request, before, after, now);
    const older = after.state === 'written' ? this.files.older(request) : [];
    if (isOver(after)) this.remove(request);
    else if (isHealing(before) && isHealing(after)) this.waiting.placeAgain(request);
    else if (changesLine(before, after)) this.waiting.place(request, after.attempt === 0);
    const others = older.flatMap((each) => this.apply(each, { type: 'superseded' }, now));
    return [{ request, before, after }, ...others];
  }

  /** Applies an event to every request that it can concern. @param lane of these alone */
  applyToAll(event: EventForAll, now = 0, lane?: Lane): DeliveryChange<T>[] {
    const changes: DeliveryChange<T>[] = [];
    for (const request of [...this.timed]) {
      if (lane !== undefined && laneNow(request) !== lane) continue;
      const isMissing = event.type === 'tick' && this.order.hasPassed(request);
      if (!isMissing && isLeftAlone(request.delivery, event)) continue;
      const happens = isMissing ? ({ ...event, unnamed: 'again' } as const) : event;
      changes.push(...this.apply(request, happens, now));
    }
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
    return this.next.choose(fleet, now);
  }

  /** What a request is on its way to can find out whether a place is back. */
  private noteAtPlaces(request: T, before: Delivery, now: number): void {
    const { delivery: after, id, outputFile } = request;
    if (isAway(before) === isAway(after)) return;
    if (isAway(after)) this.waiting.remove(request);
    for (const place of listed(placesOf(outputFile))) {
      if (isAway(after) && !after.givenUp) this.outages.sent(place, id);
      else if (failedElsewhere(before, after, place)) this.outages.notReached(place, id);
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

/** Whether an event does not concern it at all: a queue may keep very many. */
function isLeftAlone({ kept, holder }: Delivery, event: EventForAll): boolean {
  return (
    event.type === 'tick' && event.unnamed !== 'again' && kept === true && holder === undefined
  );
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

/** Whether its writer failed before it got to a place, or beside it: that says nothing of the place. */
function failedElsewhere(before: Delivery, { undecided }: Delivery, place: string): boolean {
  if (!undecided || undecided === before.undecided) return false;
  return !undecided.failure.faults.includes(kindOf(place));
}

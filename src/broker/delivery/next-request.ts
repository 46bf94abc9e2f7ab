import type { Lane } from '../../request/lane.js';
import { isAway, isHealing, isWaiting } from './delivery.js';
import { isUnreported } from './failed.js';
import type { Fleet } from './fleet.js';
import type { Outages } from './outages.js';
import { listed, placesOf } from './places.js';
import type { QueueCounts } from './queue-counts.js';
import { type QueuedRequest, laneNow } from './queued-request.js';
import type { SameFile } from './same-file.js';
import type { WaitingRequests } from './waiting-requests.js';

/** Whose turn it is of the requests for one file, as far as that was asked for. */
type Turns<T> = Map<ReadonlySet<T>, T | undefined>;

/** What the choice of the next request goes by. */
interface Moment<T> {
  readonly fleet: Fleet;
  readonly now: number;
  readonly turns: Turns<T>;
}

/** What is known of the requests in a queue. */
interface Known<T extends QueuedRequest> {
  /** All, in the order in which they were accepted. */
  readonly requests: ReadonlySet<T>;
  readonly files: SameFile<T>;
  readonly outages: Outages;
  readonly waiting: WaitingRequests<T>;
  /** Requests that must not be sent now, as they are being cancelled. */
  readonly withheld: ReadonlySet<T>;
  readonly counts: QueueCounts;
}

/** Chooses the request that a queue sends next. */
export class NextRequest<T extends QueuedRequest> {
  constructor(private readonly queue: Known<T>) {}

  /** The request to send next; undefined for none. */
  choose(fleet: Fleet, now: number): T | undefined {
    if (fleet.keepsOrder) return this.nextInOrder(fleet);
    const moment = { fleet, now, turns: new Map() };
    for (const request of this.queue.waiting.first)
      if (this.mayGoFirst(request, moment)) return request;
    return (
      this.nextOf('live', moment) ?? this.nextProbe(moment) ?? this.nextOf('background', moment)
    );
  }

  /**
   * Some writers don't report: in the order of the trail, one for each file where the others tell when it is done.
   * What failed, and is due, goes when nothing else waits.
   */
  private nextInOrder(fleet: Fleet): T | undefined {
    if (this.queue.counts.inWindow >= fleet.window('live')) return undefined;
    const seen = new Set<ReadonlySet<T>>();
    for (const request of this.queue.requests) {
      const sameFile = fleet.tellsWhenDone ? this.queue.files.of(request) : undefined;
      const isFirst = !sameFile || !seen.has(sameFile);
      if (sameFile && !isHealing(request.delivery)) seen.add(sameFile);
      if (isFirst && isWaiting(request.delivery) && !this.queue.withheld.has(request))
        return request;
    }
    return this.queue.counts.healing > 0 ? this.nextDue() : undefined;
  }

  private nextDue(): T | undefined {
    for (const request of this.queue.requests) {
      if (!isHealing(request.delivery) || !this.queue.waiting.has(request)) continue;
      const all = this.queue.files.of(request);
      const isFree = !all || ![...all].some(({ delivery }) => isAway(delivery));
      if (isFree && !this.queue.withheld.has(request)) return request;
    }
    return undefined;
  }

  private nextOf(lane: Lane, moment: Moment<T>): T | undefined {
    const { fleet } = moment;
    const line = this.queue.waiting.lanes[lane];
    if (line.size === 0 || !this.hasRoom(lane, fleet)) return undefined;
    // Whoever was given back comes first: nothing is sent ahead of it that would take its slot.
    if (this.queue.counts.refused[lane] > 0 && !fleet.takesRefused(lane)) return undefined;
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
    for (const { place } of this.queue.outages.down()) {
      if (!this.queue.outages.mayTry(place, now)) continue;
      for (const request of this.queue.waiting.behind(place)) {
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
    if (this.queue.withheld.has(request) || !this.isNextOfFile(request, turns)) return false;
    if (isUnreported(givenUp)) return fleet.allHeed && fleet.others([]) > 0;
    // Writers that don't heed it try it once more, and leave its error file themselves.
    return fleet.others([]) > 0 || (fleet.noneHeeds && this.hasRoom(laneNow(request), fleet));
  }

  private mayTryPlaces({ outputFile }: T, now: number): boolean {
    return listed(placesOf(outputFile)).every((place) => this.queue.outages.mayTry(place, now));
  }

  private mayGo(request: T, { fleet, now, turns }: Moment<T>): boolean {
    const { refused, triedBy } = request.delivery;
    const lane = laneNow(request);
    if (this.queue.withheld.has(request)) return false;
    if (!this.hasRoom(lane, fleet) || !this.isNextOfFile(request, turns)) return false;
    if (triedBy && !fleet.isFree(lane, triedBy)) return false;
    return !refused || (refused.notBefore <= now && fleet.takesRefused(lane));
  }

  private hasRoom(lane: Lane, fleet: Fleet): boolean {
    return this.queue.counts.underWay[lane] < fleet.window(lane);
  }

  /** Of the requests for its file none is under way, and none that waits goes before it. */
  private isNextOfFile(request: T, turns: Turns<T>): boolean {
    const all = this.queue.files.of(request);
    if (!all) return true;
    // One whose time has not come stands behind none that waits.
    if (!this.queue.waiting.has(request)) return this.turnOf([...all], request) === request;
    if (!turns.has(all)) turns.set(all, this.turnOf([...all]));
    return turns.get(all) === request;
  }

  private turnOf(all: readonly T[], also?: T): T | undefined {
    if (all.some(({ delivery }) => isAway(delivery))) return undefined;
    const others = all.filter((each) => each === also || this.queue.waiting.has(each));
    // A writer may have it still: another one for its file must not go meanwhile.
    const held = others.find(({ delivery }) => delivery.mayBeHeld === true);
    const live = others.findLast((each) => laneNow(each) === 'live');
    return held ?? live ?? others.at(-1);
  }
}

import { isAway, isHealing, isWaiting } from './delivery.js';
import { Outages } from './outages.js';
import { kindOf, listed, placesOf } from './places.js';
import { type QueuedRequest, laneNow } from './queued-request.js';
import { WaitingLine } from './waiting-line.js';

/**
 * The requests that are not away, each in the line in which it waits: the line that goes before all others, one of
 * the two lanes, the line behind a place that is down, or among the failed ones that are not due yet.
 */
export class WaitingRequests<T extends QueuedRequest> {
  readonly first = new WaitingLine<T>();
  readonly lanes = { live: new WaitingLine<T>(), background: new WaitingLine<T>() };
  private readonly parked = new Map<string, WaitingLine<T>>();
  private readonly healing = new Set<T>();

  constructor(private readonly outages: Outages) {}

  /**
   * Puts a request into its line.
   *
   * @param isNew whether it was accepted just now: a live one is tried once even where a place is down, but for
   *   one that hangs
   */
  place(request: T, isNew: boolean): void {
    this.remove(request);
    this.add(request, isNew);
  }

  /** As `place`, for a request that is in no line. */
  add(request: T, isNew: boolean): void {
    if (isAway(request.delivery)) return;
    if (isHealing(request.delivery)) this.healing.add(request);
    else this.enter(request, isNew && laneNow(request) === 'live');
  }

  /** Something is known of a failed request that may put it into another line. */
  placeAgain(request: T): void {
    if (!this.healing.has(request)) this.wake(request);
  }

  remove(request: T): void {
    request.blocked = undefined;
    const { live, background } = this.lanes;
    if ([this.first, live, background].some((line) => line.delete(request))) return;
    if (this.healing.delete(request)) return;
    for (const [place, line] of this.parked) {
      if (!line.delete(request)) continue;
      if (line.size === 0) this.parked.delete(place);
      return;
    }
  }

  /** Whether it waits to be sent; one that failed, because its time has come. */
  has(request: T): boolean {
    const { delivery } = request;
    return isWaiting(delivery) || (isHealing(delivery) && !this.healing.has(request));
  }

  /** Failed requests that are due by now can be sent again. */
  wakeDue(now: number): void {
    for (const request of this.healing) {
      if (request.delivery.healing!.due <= now) this.wake(request);
    }
  }

  /** A place went down: its requests wait behind it. */
  park(place: string): void {
    for (const line of [this.lanes.live, this.lanes.background]) {
      for (const request of line) {
        if (!goesTo(request, place)) continue;
        line.delete(request);
        this.parkIn(place, request);
      }
    }
  }

  /** A place is back: the requests behind it can go, and the ones that failed there are tried again. */
  release(place: string): void {
    const line = this.parked.get(place);
    this.parked.delete(place);
    for (const request of line ?? []) {
      if (isHealing(request.delivery)) this.wake(request);
      else this.place(request, false);
    }
    for (const request of this.healing) if (failedAt(request, place)) this.wake(request);
  }

  /** The requests that can find out whether a place is back, longest untried first. */
  *behind(place: string): Generator<T> {
    yield* this.parked.get(place) ?? [];
    for (const request of this.healing) if (failedAt(request, place)) yield request;
  }

  private wake(request: T): void {
    this.remove(request);
    this.enter(request, false);
  }

  private enter(request: T, isTriedOnce: boolean): void {
    const { deaths = 0, givenUp, undecided, refused, attempt } = request.delivery;
    // Of one that failed at a writer nobody knows whether its places are down: it is the first to find out.
    const down = givenUp || undecided ? undefined : this.closedPlace(request, isTriedOnce);
    if (down !== undefined) return this.parkIn(down, request);
    if (undecided && !givenUp) request.blocked = 'another_writer';
    else if (refused) request.blocked = 'free_slot';
    const cameBack = attempt > 0 || refused !== undefined;
    const line = deaths > 0 || givenUp || undecided ? this.first : this.lanes[laneNow(request)];
    line.add(request, cameBack);
  }

  private closedPlace({ outputFile }: T, isTriedOnce: boolean): string | undefined {
    if (this.outages.isEmpty) return undefined;
    return listed(placesOf(outputFile)).find((place) =>
      isTriedOnce ? this.outages.isHanging(place) : this.outages.isDown(place),
    );
  }

  private parkIn(place: string, request: T): void {
    request.blocked = kindOf(place) === 'source' ? 'source_down' : 'folder_down';
    const line = this.parked.get(place) ?? new WaitingLine<T>();
    this.parked.set(place, line);
    line.add(request, false);
  }
}

function goesTo({ outputFile }: QueuedRequest, place: string): boolean {
  return listed(placesOf(outputFile)).includes(place);
}

/** Whether what failed the last time may have been that place. */
function failedAt(request: QueuedRequest, place: string): boolean {
  const { healing } = request.delivery;
  return healing !== undefined && healing.faults.includes(kindOf(place)) && goesTo(request, place);
}

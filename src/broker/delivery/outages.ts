/** Different requests in a row that have to fail at a place, with none coming through, until it counts as down. */
const FAILURES = 3;
/** Seconds between the end of a probe and the next: twice as long each time. */
const FIRST_WAIT_S = 2;
const LONGEST_WAIT_S = 15;
/** Places that are remembered: each of them is in memory for one request at least. */
const MAX_PLACES = 10_000;

/** A place where requests fail. */
interface Trouble {
  /** The last requests that failed there. */
  readonly failed: Set<string>;
  /** Since when it is down, in seconds of the events' clock. */
  downSince?: number;
  /** The request that tries whether it is back. */
  probe?: string;
  /** Whether whatever goes there may never come back. */
  isHanging?: boolean;
  waits: number;
  nextProbe: number;
}

/** A place that is down. */
export interface Outage {
  readonly place: string;
  /** In seconds of the events' clock. */
  readonly since: number;
}

/**
 * The places that requests fail at: data sources and folders. Where three different ones in a row failed, and
 * none came through, the others wait, and one at a time tries whether it is back. No I/O and no clock.
 */
export class Outages {
  private readonly troubles = new Map<string, Trouble>();

  /**
   * A request failed at a place, and the failure counts.
   *
   * @param retryAfter seconds for which the place asked to be left alone
   * @returns whether it is down from now on
   */
  failed(place: string, request: string, now: number, retryAfter = 0): boolean {
    const trouble = this.troubles.get(place) ?? { failed: new Set(), waits: 0, nextProbe: 0 };
    this.troubles.delete(place);
    this.troubles.set(place, trouble);
    trouble.failed.delete(request);
    trouble.failed.add(request);
    if (trouble.failed.size > FAILURES) trouble.failed.delete([...trouble.failed][0]);
    trouble.nextProbe = Math.max(trouble.nextProbe, now + retryAfter);
    if (trouble.downSince !== undefined) return false;
    if (trouble.failed.size < FAILURES) {
      this.forgetOldest();
      return false;
    }
    this.goDown(trouble, now);
    return true;
  }

  /**
   * A request does not move on at all at a place. It tries whether that is back, for as long as it is under way:
   * another one would only hang as well, and take one more slot.
   *
   * @returns whether the place is down from now on
   */
  hangs(place: string, request: string, now: number): boolean {
    const trouble = this.troubles.get(place) ?? { failed: new Set(), waits: 0, nextProbe: 0 };
    this.troubles.set(place, trouble);
    trouble.isHanging = true;
    trouble.probe ??= request;
    if (trouble.downSince !== undefined) return false;
    this.goDown(trouble, now);
    return true;
  }

  /** A place did what was asked of it. @returns whether it was down until now */
  cameThrough(place: string): boolean {
    const trouble = this.troubles.get(place);
    this.troubles.delete(place);
    return trouble?.downSince !== undefined;
  }

  /** Whether nothing has failed anywhere. */
  get isEmpty(): boolean {
    return this.troubles.size === 0;
  }

  isDown(place: string): boolean {
    return this.troubles.get(place)?.downSince !== undefined;
  }

  /** Whether what goes there may never come back: then nothing is tried there but one request at a time. */
  isHanging(place: string): boolean {
    return this.troubles.get(place)?.isHanging === true;
  }

  /** Whether a request may go there: it is not down, or it is time to try whether it is back. */
  mayTry(place: string, now: number): boolean {
    const trouble = this.troubles.get(place);
    if (trouble?.downSince === undefined) return true;
    return trouble.probe === undefined && now >= trouble.nextProbe;
  }

  /** A request is sent that goes there. */
  sent(place: string, request: string): void {
    const trouble = this.troubles.get(place);
    if (trouble?.downSince !== undefined) trouble.probe ??= request;
  }

  /** It is not under way any more, whatever came of it. */
  ended(place: string, request: string, now: number): void {
    const trouble = this.troubles.get(place);
    if (trouble?.probe !== request) return;
    trouble.probe = undefined;
    this.waitOn(trouble, now);
  }

  /** It came back without having been there: another one may try at once. */
  notReached(place: string, request: string): void {
    const trouble = this.troubles.get(place);
    if (trouble?.probe === request) trouble.probe = undefined;
  }

  /** The places that are down. */
  *down(): Generator<Outage> {
    for (const [place, { downSince: since }] of this.troubles) {
      if (since !== undefined) yield { place, since };
    }
  }

  private goDown(trouble: Trouble, now: number): void {
    trouble.downSince = now;
    this.waitOn(trouble, now);
  }

  private waitOn(trouble: Trouble, now: number): void {
    const wait = Math.min(FIRST_WAIT_S * 2 ** trouble.waits, LONGEST_WAIT_S);
    trouble.waits++;
    trouble.nextProbe = Math.max(trouble.nextProbe, now + wait);
  }

  private forgetOldest(): void {
    if (this.troubles.size <= MAX_PLACES) return;
    for (const [place, { downSince }] of this.troubles) {
      if (downSince === undefined) return void this.troubles.delete(place);
    }
  }
}

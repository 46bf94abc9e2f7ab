import { NO_FILE } from '../../filesystem/output-roots.js';
import {
  OPEN_STATES,
  WAIT_REASONS,
  type OpenState,
  type WaitReason,
  isSettled,
} from '../../report/request-state.js';
import { type Delivery, type DeliveryEvent, isUnderWay, isWaiting, next } from './delivery.js';

/** A request, as far as a queue has to know it. */
export interface QueuedRequest {
  /** Undefined, or `/dev/null`, if it makes no file. */
  readonly outputFile: string | undefined;
  delivery: Delivery;
}

/** How the delivery of one request changed. */
export interface DeliveryChange<T extends QueuedRequest> {
  readonly request: T;
  readonly before: Delivery;
  readonly after: Delivery;
}

/**
 * All requests that are not settled, in the order in which they were accepted. Decides which go
 * next; no I/O and no clock.
 *
 * Of the requests for one output file only the oldest is under way: the newest wins in the end.
 */
export class DeliveryQueue<T extends QueuedRequest> {
  private readonly requests = new Set<T>();
  private readonly byFile = new Map<string, T[]>();
  /** Sent and not settled; and those of them that count for the window. */
  private sent = 0;
  private inWindow = 0;

  add(request: T): void {
    const { delivery } = request;
    this.requests.add(request);
    if (!isWaiting(delivery)) this.sent++;
    if (isUnderWay(delivery)) this.inWindow++;
    const file = fileOf(request);
    if (file === undefined) return;
    const sameFile = this.byFile.get(file);
    if (sameFile) sameFile.push(request);
    else this.byFile.set(file, [request]);
  }

  /** Whether a request is here, and so not settled. */
  has(request: T): boolean {
    return this.requests.has(request);
  }

  /** Requests that were sent and are not settled. */
  get underWay(): number {
    return this.sent;
  }

  /** How many of those that were sent wait to be sent again. */
  get unnamed(): number {
    return this.sent - this.inWindow;
  }

  /** How many wait to be sent again, by reason. */
  waitingBy(): Map<WaitReason, number> {
    const counts = new Map<WaitReason, number>(WAIT_REASONS.map((reason) => [reason, 0]));
    if (this.unnamed === 0) return counts;
    for (const { delivery } of this.requests) {
      const { waitsFor } = delivery;
      if (waitsFor !== undefined) counts.set(waitsFor, counts.get(waitsFor)! + 1);
    }
    return counts;
  }

  get size(): number {
    return this.requests.size;
  }

  /** The one that was accepted first; undefined if the queue is empty. */
  get oldest(): T | undefined {
    const [first] = this.requests;
    return first;
  }

  /** How many are in each state that a request can be in here. */
  byState(): Map<OpenState, number> {
    const counts = new Map<OpenState, number>(OPEN_STATES.map((state) => [state, 0]));
    for (const { delivery } of this.requests) {
      const state = delivery.state as OpenState;
      counts.set(state, counts.get(state)! + 1);
    }
    return counts;
  }

  /** How many each writer names. */
  heldBy(): Map<string, number> {
    const held = new Map<string, number>();
    for (const { delivery } of this.requests) {
      const { holder } = delivery;
      if (holder !== undefined) held.set(holder, (held.get(holder) ?? 0) + 1);
    }
    return held;
  }

  /**
   * Applies an event to one request; one that it settles leaves the queue.
   *
   * @returns undefined if nothing changed, as for a request that is not here
   */
  apply(request: T, event: DeliveryEvent): DeliveryChange<T> | undefined {
    if (!this.requests.has(request)) return undefined;
    const before = request.delivery;
    const after = next(before, event);
    if (after === before) return undefined;
    request.delivery = after;
    const settled = isSettled(after.state);
    this.sent += Number(!settled && !isWaiting(after)) - Number(!isWaiting(before));
    this.inWindow += Number(isUnderWay(after)) - Number(isUnderWay(before));
    if (settled) this.remove(request);
    return { request, before, after };
  }

  /** Applies an event to every request. */
  applyToAll(event: DeliveryEvent): DeliveryChange<T>[] {
    const changes = [...this.requests].map((request) => this.apply(request, event));
    return changes.filter((change) => change !== undefined);
  }

  /**
   * The request to send next; undefined for none.
   *
   * @param window how many may be under way, not counting those that wait to be sent again
   * @param oneAFile false: requests for one output file don't wait for each other, as no writer reports
   *   when one is done
   */
  nextToSend(window: number, oneAFile = true): T | undefined {
    if (this.inWindow >= window) return undefined;
    for (const request of this.requests) {
      if (!isWaiting(request.delivery)) continue;
      const file = oneAFile ? fileOf(request) : undefined;
      if (file === undefined || this.byFile.get(file)![0] === request) return request;
    }
    return undefined;
  }

  private remove(request: T): void {
    this.requests.delete(request);
    const file = fileOf(request);
    if (file === undefined) return;
    const others = this.byFile.get(file)!.filter((other) => other !== request);
    if (others.length > 0) this.byFile.set(file, others);
    else this.byFile.delete(file);
  }
}

function fileOf({ outputFile }: QueuedRequest): string | undefined {
  return outputFile === NO_FILE ? undefined : outputFile;
}

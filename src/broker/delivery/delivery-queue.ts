import {
  ACCEPTED,
  type Delivery,
  type DeliveryEvent,
  isUnderWay,
  isWaiting,
  next,
} from './delivery.js';
import {
  OPEN_STATES,
  WAIT_REASONS,
  type OpenState,
  type WaitReason,
  isSettled,
} from '../../report/request-state.js';

interface Entry {
  readonly outputFile: string | undefined;
  delivery: Delivery;
}

/** How the delivery of one request changed. */
export interface DeliveryChange {
  readonly id: string;
  readonly before: Delivery;
  readonly after: Delivery;
}

/**
 * All requests that are not settled, in the order in which they were accepted. Decides which go
 * next; no I/O and no clock.
 *
 * Of the requests for one output file only the oldest is under way: the newest wins in the end.
 */
export class DeliveryQueue {
  private readonly entries = new Map<string, Entry>();
  private readonly byFile = new Map<string, string[]>();
  /** Sent and not settled; and those of them that count for the window. */
  private sent = 0;
  private inWindow = 0;

  /**
   * Takes a request in.
   *
   * @param outputFile undefined where no file comes of it, as for `/dev/null`
   */
  add(id: string, outputFile: string | undefined, delivery: Delivery = ACCEPTED): void {
    this.entries.set(id, { outputFile, delivery });
    if (!isWaiting(delivery)) this.sent++;
    if (isUnderWay(delivery)) this.inWindow++;
    if (outputFile === undefined) return;
    const sameFile = this.byFile.get(outputFile);
    if (sameFile) sameFile.push(id);
    else this.byFile.set(outputFile, [id]);
  }

  /** Undefined for one that is not here, settled or never heard of. */
  get(id: string): Delivery | undefined {
    return this.entries.get(id)?.delivery;
  }

  /** Requests that were sent and are not settled. */
  get underWay(): number {
    return this.sent;
  }

  /** How many of those that were sent wait before they go out again. */
  get unnamed(): number {
    return this.sent - this.inWindow;
  }

  /** How many do so, by the reason. */
  waitingBy(): Map<WaitReason, number> {
    const counts = new Map<WaitReason, number>(WAIT_REASONS.map((reason) => [reason, 0]));
    if (this.unnamed === 0) return counts;
    for (const { delivery } of this.entries.values()) {
      const { waitsFor } = delivery;
      if (waitsFor !== undefined) counts.set(waitsFor, counts.get(waitsFor)! + 1);
    }
    return counts;
  }

  get size(): number {
    return this.entries.size;
  }

  /** The one that was accepted first; undefined where there is none. */
  get oldest(): string | undefined {
    const [first] = this.entries.keys();
    return first;
  }

  /** How many are in each state that a request can be in here. */
  byState(): Map<OpenState, number> {
    const counts = new Map<OpenState, number>(OPEN_STATES.map((state) => [state, 0]));
    for (const { delivery } of this.entries.values()) {
      const state = delivery.state as OpenState;
      counts.set(state, counts.get(state)! + 1);
    }
    return counts;
  }

  /** How many each writer names. */
  heldBy(): Map<string, number> {
    const held = new Map<string, number>();
    for (const { delivery } of this.entries.values()) {
      const { holder } = delivery;
      if (holder !== undefined) held.set(holder, (held.get(holder) ?? 0) + 1);
    }
    return held;
  }

  /**
   * Applies an event to one request; one that it settles leaves the queue.
   *
   * @returns undefined where nothing changed
   */
  apply(id: string, event: DeliveryEvent): DeliveryChange | undefined {
    const entry = this.entries.get(id);
    if (!entry) return undefined;
    const before = entry.delivery;
    const after = next(before, event);
    if (after === before) return undefined;
    entry.delivery = after;
    const settled = isSettled(after.state);
    this.sent += Number(!settled && !isWaiting(after)) - Number(!isWaiting(before));
    this.inWindow += Number(isUnderWay(after)) - Number(isUnderWay(before));
    if (settled) this.remove(id, entry);
    return { id, before, after };
  }

  /** Applies an event to every request. */
  applyToAll(event: DeliveryEvent): DeliveryChange[] {
    const changes = [...this.entries.keys()].map((id) => this.apply(id, event));
    return changes.filter((change) => change !== undefined);
  }

  /**
   * The request to send next; undefined for none.
   *
   * @param window how many may be under way, beside those that wait to go out again
   * @param oneAFile false: requests for one output file don't wait for each other, as nobody tells
   *   when one is done
   */
  nextToSend(window: number, oneAFile = true): string | undefined {
    if (this.inWindow >= window) return undefined;
    for (const [id, { outputFile, delivery }] of this.entries) {
      if (!isWaiting(delivery)) continue;
      if (!oneAFile || outputFile === undefined || this.byFile.get(outputFile)![0] === id) {
        return id;
      }
    }
    return undefined;
  }

  private remove(id: string, { outputFile }: Entry): void {
    this.entries.delete(id);
    if (outputFile === undefined) return;
    const others = this.byFile.get(outputFile)!.filter((other) => other !== id);
    if (others.length > 0) this.byFile.set(outputFile, others);
    else this.byFile.delete(outputFile);
  }
}

import type { Lane } from '../../request/lane.js';
import { countsForSlots, isAway, isHealing, isUnderWay, takesSlot } from './delivery.js';
import type { Load } from './fleet.js';
import { type QueuedRequest, laneNow } from './queued-request.js';

/** Counts of the requests in a queue, kept as their deliveries change. */
export class QueueCounts {
  /** Sent and not settled. */
  away = 0;
  /** Failed, and tried again when their time has come. */
  healing = 0;
  /** Requests that writers are busy with, by lane. */
  readonly underWay = { live: 0, background: 0 };
  /** Given back by writers that can't begin them, by lane. */
  readonly refused = { live: 0, background: 0 };
  private readonly slots = new Map<string, Load>();
  private inSlots = 0;
  private mayNeedSlot = 0;

  /** @param by 1 for a request that is one of them from now on, -1 for one that is so no more */
  count(request: Pick<QueuedRequest, 'lane' | 'delivery'>, by: 1 | -1): void {
    const { delivery } = request;
    const lane = laneNow(request);
    const isGone = isAway(delivery);
    if (isGone) this.away += by;
    if (isHealing(delivery)) this.healing += by;
    if (isUnderWay(delivery)) this.underWay[lane] += by;
    if (countsForSlots(delivery)) this.mayNeedSlot += by;
    if (!isGone && delivery.refused !== undefined) this.refused[lane] += by;
    const { holder } = delivery;
    if (holder !== undefined && takesSlot(delivery)) this.countSlot(holder, lane, by);
  }

  get inWindow(): number {
    return this.underWay.live + this.underWay.background;
  }

  /** Requests that may be about to take a slot: under way, not known to have one, and not waiting for a next try. */
  get unplaced(): number {
    return this.mayNeedSlot - this.inSlots;
  }

  /** Slots that are taken, by writer. */
  get load(): ReadonlyMap<string, Load> {
    return this.slots;
  }

  private countSlot(writer: string, lane: Lane, by: 1 | -1): void {
    this.inSlots += by;
    const { running, background } = this.slots.get(writer) ?? { running: 0, background: 0 };
    if (running + by === 0) return void this.slots.delete(writer);
    const share = lane === 'background' ? by : 0;
    this.slots.set(writer, { running: running + by, background: background + share });
  }
}

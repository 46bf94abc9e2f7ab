import type { Lane } from '../../request/lane.js';
import type { Delivery } from './delivery.js';
import { type QueuedRequest, laneNow } from './queued-request.js';

/**
 * How far a queue that keeps requests has come with each lane. It hands them out in their order, so one that is still
 * unnamed when a writer names what was sent long after it is not there any more: somebody has purged the queue.
 */
export class QueueOrder<T extends QueuedRequest> {
  /** When each was handed to the queue, as far as this broker did so. */
  private readonly sentAt = new WeakMap<T, number>();
  /** When the latest was sent of those that writers have named. */
  private readonly namedUpTo: Record<Lane, number> = { live: -Infinity, background: -Infinity };

  /** A delivery changed. */
  note(request: T, before: Delivery, after: Delivery, now: number): void {
    if (after.kept && !before.kept && after.holder === undefined) this.sentAt.set(request, now);
    if (!before.kept || before.holder !== undefined || after.holder === undefined) return;
    const lane = laneNow(request);
    this.namedUpTo[lane] = Math.max(this.namedUpTo[lane], this.sentAt.get(request) ?? -Infinity);
  }

  /** Whether the queue would have handed a request out by now: one was that was sent after its lease had ended. */
  hasPassed(request: T): boolean {
    const { kept, holder, leaseEnds = Infinity } = request.delivery;
    return kept === true && holder === undefined && leaseEnds <= this.namedUpTo[laneNow(request)];
  }
}

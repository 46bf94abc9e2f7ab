import type { Lane } from '../../request/lane.js';
import { isSettled } from '../../report/request-state.js';
import { type Delivery, isAway, isHealing } from '../delivery/delivery.js';
import type { DeliveryEvent, EventForAll } from '../delivery/delivery-event.js';
import type { DeliveryChange, DeliveryQueue } from '../delivery/delivery-queue.js';
import type { FailureTime } from '../delivery/failed.js';
import type { Ledger } from '../ledger/ledger.js';
import type { ChangeDetails } from '../ledger/record-changes.js';
import type { TrackedRequest } from '../ledger/tracked-request.js';
import { now } from '../process/clock.js';
import { ChangeLog } from './change-log.js';
import { DeliveryTally } from './delivery-tally.js';

/** Changes the deliveries of a queue, and notes each change in the ledger and in the log. */
export class NotedChanges {
  readonly log = new ChangeLog();
  /** How often requests did not go straight through. */
  readonly tally = new DeliveryTally();

  constructor(
    private readonly queue: DeliveryQueue<TrackedRequest>,
    private readonly ledger: Ledger,
    private readonly limits: Pick<FailureTime, 'lease' | 'healFor'>,
    private readonly keeps: boolean,
  ) {}

  /** Seconds after which a request that no writer names may be sent again; 0: writers do not report. */
  get lease(): number {
    return this.limits.lease;
  }

  /** @returns whether something changed */
  apply(request: TrackedRequest, event: DeliveryEvent, details: ChangeDetails = {}): boolean {
    const changes = this.queue.apply(request, event, now());
    for (const change of changes) this.note(change, change.request === request ? details : {});
    return changes.length > 0;
  }

  /** @returns how many requests changed */
  applyToAll(event: EventForAll, lane?: Lane): number {
    const changes = this.queue.applyToAll(event, now(), lane);
    for (const change of changes) this.note(change, {});
    return changes.length;
  }

  /** Notes that a queue that keeps requests does not have one any more: a broker that is started anew has to know. */
  noteKeeping(request: TrackedRequest, before: Delivery, after: Delivery): void {
    if (!this.keeps || !isAway(before) || after.kept || isSettled(after.state)) return;
    if (before.kept || !isAway(after)) this.ledger.keeping(request);
  }

  /** Now, and how long things take. */
  time(): FailureTime {
    const { lease, healFor } = this.limits;
    return { now: now(), date: Date.now() / 1000, lease, healFor };
  }

  private note(
    { request, before, after }: DeliveryChange<TrackedRequest>,
    details: ChangeDetails,
  ): void {
    this.noteKeeping(request, before, after);
    if (after.waitsFor !== undefined) return this.ledger.wait(request, after.waitsFor);
    if (isSame(before, after)) return;
    if (after.undecided && after.undecided !== before.undecided) this.tally.secondTries++;
    const { due } = after.healing ?? {};
    const nextAttempt =
      isHealing(after) && due !== undefined ? Date.now() / 1000 + due - now() : undefined;
    const head = this.ledger.move(request, { ...details, nextAttempt });
    this.log.note(head, before, after, details, this.queue.isDown(request));
  }
}

/** Whether nothing changed that anybody is told of. */
export function isSame(before: Delivery, after: Delivery): boolean {
  return (
    before.state === after.state &&
    before.attempt === after.attempt &&
    isHealing(before) === isHealing(after)
  );
}

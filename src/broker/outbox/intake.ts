import type { WriteRequest } from '../../request/write-request.js';
import { lost } from '../delivery/back-in-line.js';
import { ACCEPTED, type Delivery, isDeadly, isOver } from '../delivery/delivery.js';
import type { DeliveryQueue } from '../delivery/delivery-queue.js';
import type { Healing } from '../delivery/failed.js';
import { patience } from '../delivery/kept.js';
import type { Ledger } from '../ledger/ledger.js';
import type { LeftHealing, OpenRequest } from '../ledger/past.js';
import type { RecordedRequest } from '../ledger/recorded-request.js';
import type { TrackedRequest } from '../ledger/tracked-request.js';
import { now } from '../process/clock.js';
import { LONGEST_RETRY_AFTER_S, factsOf } from './failure-facts.js';
import type { NotedChanges } from './noted-changes.js';
import type { PlaceWatch } from './place-watch.js';

/** Takes requests into a queue: new ones, and those that a predecessor left. */
export class Intake {
  /**
   * @param firstLease seconds until a request that a predecessor sent may be sent again, if no writer names it
   * @param keeps whether the queue keeps what was sent
   */
  constructor(
    private readonly queue: DeliveryQueue<TrackedRequest>,
    private readonly ledger: Ledger,
    private readonly changes: NotedChanges,
    private readonly places: PlaceWatch,
    private readonly firstLease: () => number,
    private readonly keeps: boolean,
  ) {}

  /** Takes in a request that has just been recorded; `request`: the whole of it, if it is at hand. */
  add(recorded: RecordedRequest, request?: WriteRequest): void {
    this.take(recorded, ACCEPTED, true, request);
    this.endHealingOfReplayed(recorded);
  }

  /** Takes in a request that a predecessor left open, or healing. */
  resume({ recorded, sent, kept, deaths, healing: left }: OpenRequest): void {
    const heals = left !== undefined && this.changes.time().healFor > 0;
    const more = {
      ...(deaths > 0 && { deaths }),
      // It was given up before: one death more ends the next try.
      ...(left && isDeadly({ deaths }) && { givenUpAt: deaths + 1 }),
      ...(heals && { healing: resumedHealing(left, this.changes.time().healFor) }),
    };
    if (sent > 0) {
      this.take(recorded, this.resumed({ state: 'sent', attempt: sent, ...more }, kept));
    } else if (left) {
      this.take(recorded, { state: 'failed', attempt: left.attempt, ...more });
      if (heals) this.resumeTrouble(recorded.facts.id);
    } else this.take(recorded, { ...ACCEPTED, ...more });
    this.endHealingOfReplayed(recorded);
  }

  /** @param kept whether the queue has it, as far as that was noted */
  private resumed(delivery: Delivery, kept: boolean | undefined): Delivery {
    if (!this.keeps || kept === false) return { ...delivery, leaseEnds: now() + this.firstLease() };
    // The queue may not have got it.
    if (kept === undefined) return lost(delivery);
    return { ...delivery, kept, leaseEnds: now() + patience(this.changes.lease) };
  }

  /** What is down was down for the predecessor, unless a request comes through now. */
  private resumeTrouble(id: string): void {
    const request = this.ledger.get(id)!;
    const { failure } = request.live!.record;
    const facts = factsOf(failure);
    if (facts) this.places.failed(request, facts, failure!.message, now());
  }

  private endHealingOfReplayed({ facts: { replayOf } }: RecordedRequest): void {
    const replayed = replayOf === undefined ? undefined : this.ledger.get(replayOf);
    if (replayed) this.changes.apply(replayed, { type: 'replayed' });
  }

  private take(
    recorded: RecordedRequest,
    delivery: Delivery,
    isNew = false,
    request?: WriteRequest,
  ): void {
    if (!recorded.facts.dispatch) {
      this.ledger.accept(recorded, { state: 'recorded', attempt: 0 }, request);
      return;
    }
    const entry = this.ledger.accept(recorded, delivery, request);
    if (!isOver(delivery)) this.queue.add(entry, isNew);
  }
}

/** In the events' clock, from what stands on disk: a clock that was set meanwhile makes no wait longer. */
function resumedHealing(
  { since, failures, faults, nextAttempt }: LeftHealing,
  healFor: number,
): Healing {
  const [time, date] = [now(), Date.now() / 1000];
  const within = (seconds: number, longest: number) => Math.min(Math.max(seconds, 0), longest);
  return {
    since,
    failures,
    faults,
    ends: time + within(since + healFor - date, healFor),
    due: time + within(nextAttempt - date, LONGEST_RETRY_AFTER_S),
  };
}

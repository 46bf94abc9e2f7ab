import {
  OPEN_STATES,
  WAIT_REASONS,
  type OpenState,
  type WaitReason,
} from '../../report/request-state.js';
import { LANES, type Lane } from '../../request/lane.js';
import { isHealing, isWaiting, takesSlot } from './delivery.js';
import type { QueueCounts } from './queue-counts.js';
import { type QueuedRequest, laneNow, waitReasonOf } from './queued-request.js';

/** What waits, runs and heals in a queue, for those who watch it: metrics, health, statistics. */
export class QueueOverview<T extends QueuedRequest> {
  /**
   * @param requests all that are in the queue, in the order in which they were accepted
   * @param timed the ones that were sent, or that another writer is to try
   */
  constructor(
    private readonly requests: ReadonlySet<T>,
    private readonly timed: ReadonlySet<T>,
    readonly counts: QueueCounts,
  ) {}

  /** Requests that are open. */
  get size(): number {
    return this.requests.size - this.counts.healing;
  }

  /** How many were sent, no writer names, and wait to be sent again. */
  get unnamed(): number {
    if (this.counts.away === this.counts.inWindow) return 0;
    let count = 0;
    for (const { delivery } of this.timed) if (delivery.waitsFor !== undefined) count++;
    return count;
  }

  /** How many the queue that carries them keeps, until their outcomes are reported. */
  get kept(): number {
    let count = 0;
    for (const { delivery } of this.timed) if (delivery.kept) count++;
    return count;
  }

  /** How many wait for something but their turn, by reason. */
  waitingBy(reasons: readonly WaitReason[] = WAIT_REASONS): Map<WaitReason, number> {
    return countBy(reasons, this.requests, (request) => {
      const reason = waitReasonOf(request);
      return reason !== undefined && reasons.includes(reason) ? reason : undefined;
    });
  }

  /** How many wait to be sent, by lane. */
  waitingByLane(): Map<Lane, number> {
    return countBy(LANES, this.requests, (request) =>
      isWaiting(request.delivery) ? laneNow(request) : undefined,
    );
  }

  /** How many are in each state that an open request can be in. */
  byState(): Map<OpenState, number> {
    return countBy(OPEN_STATES, this.requests, ({ delivery }) =>
      isHealing(delivery) ? undefined : (delivery.state as OpenState),
    );
  }

  /** The open request of a lane that was accepted first. */
  oldest(lane: Lane): T | undefined {
    for (const request of this.requests) {
      if (laneNow(request) === lane && !isHealing(request.delivery)) return request;
    }
    return undefined;
  }

  /** How many each writer names. */
  heldBy(): Map<string, number> {
    const held = new Map<string, number>();
    for (const { delivery } of this.timed) {
      const { holder } = delivery;
      if (holder !== undefined) held.set(holder, (held.get(holder) ?? 0) + 1);
    }
    return held;
  }

  /** The requests that each writer names, in the order in which they were sent. */
  jobsOf(): Map<string, T[]> {
    const jobs = new Map<string, T[]>();
    for (const request of this.timed) {
      const { holder } = request.delivery;
      if (holder === undefined) continue;
      const held = jobs.get(holder);
      if (held) held.push(request);
      else jobs.set(holder, [request]);
    }
    return jobs;
  }

  /** The healing request that is due first. */
  get nextToHeal(): T | undefined {
    if (this.counts.healing === 0) return undefined;
    let first: T | undefined;
    for (const request of this.requests) {
      if (!isHealing(request.delivery)) continue;
      if (!first || request.delivery.healing!.due < first.delivery.healing!.due) first = request;
    }
    return first;
  }

  /** Requests that have made no progress at their writers for more than `limit` seconds. */
  stalled(now: number, limit: number): T[] {
    return [...this.timed].filter(({ delivery }) => {
      const { progress } = delivery;
      return progress !== undefined && takesSlot(delivery) && now - progress.since > limit;
    });
  }

  /** These, and requests that stalled at an earlier writer, which may still be at them. */
  stalledAnywhere(now: number, limit: number): T[] {
    const stalled = new Set(this.stalled(now, limit));
    for (const request of this.requests) {
      const { stalledAt = [], holder } = request.delivery;
      if (isHealing(request.delivery)) continue;
      if (stalledAt.some((writer) => writer !== holder)) stalled.add(request);
    }
    return [...stalled];
  }
}

function countBy<K, T>(
  keys: readonly K[],
  all: Iterable<T>,
  keyOf: (each: T) => K | undefined,
): Map<K, number> {
  const counts = new Map<K, number>(keys.map((key) => [key, 0]));
  for (const each of all) {
    const key = keyOf(each);
    if (key !== undefined) counts.set(key, counts.get(key)! + 1);
  }
  return counts;
}

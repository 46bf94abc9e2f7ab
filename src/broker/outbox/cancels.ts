import type { DeliveryQueue } from '../delivery/delivery-queue.js';
import { isAway } from '../delivery/delivery.js';
import type { Ledger } from '../ledger/ledger.js';
import type { TrackedRequest } from '../ledger/tracked-request.js';
import { now } from '../process/clock.js';

export type CancelResult = 'cancelled' | 'under_way' | 'settled';

/** Cancels requests that wait, or heal. */
export class Cancels {
  private readonly pending = new Map<TrackedRequest, Promise<CancelResult>>();

  constructor(
    private readonly queue: DeliveryQueue<TrackedRequest>,
    private readonly ledger: Ledger,
  ) {}

  /** Whether a request is being cancelled. */
  has(request: TrackedRequest): boolean {
    return this.pending.has(request);
  }

  /**
   * Cancels a request; it is on disk when this resolves.
   *
   * @throws OutcomeNotSaved; then nothing has changed
   */
  async cancel(request: TrackedRequest): Promise<CancelResult> {
    if (!this.queue.has(request)) return 'settled';
    if (isAway(request.delivery)) return 'under_way';
    const pending = this.pending.get(request) ?? this.saved(request);
    this.pending.set(request, pending);
    return pending;
  }

  private async saved(request: TrackedRequest): Promise<CancelResult> {
    this.queue.withhold(request, true);
    try {
      const isCancelled = await this.ledger.cancel(request, () => {
        const changes = this.queue.apply(request, { type: 'cancelled' }, now());
        return changes.length > 0;
      });
      return isCancelled ? 'cancelled' : 'settled';
    } finally {
      this.queue.withhold(request, false);
      this.pending.delete(request);
    }
  }
}

import { EventLog } from '../../logging/event-log.js';
import type { DeliveryQueue } from '../delivery/delivery-queue.js';
import { isAway } from '../delivery/delivery.js';
import type { Ledger } from '../ledger/ledger.js';
import type { TrackedRequest } from '../ledger/tracked-request.js';

/**
 * Requests whose file an older one may have replaced: its writer looked before the newer file was there, and
 * renamed afterwards. They are sent again once they are written: a writer has to look again, which costs
 * little if all is well.
 */
export class ReplacedFiles {
  private readonly logger = new EventLog('Broker');
  private readonly doubted = new Set<TrackedRequest>();

  constructor(
    private readonly queue: DeliveryQueue<TrackedRequest>,
    private readonly ledger: Ledger,
  ) {}

  /** An older request was written, and this is the newest one for its file. */
  async replaced(newer: TrackedRequest): Promise<void> {
    if (newer.state === 'written') return this.sendAgain(newer.id);
    if (this.queue.has(newer) && isAway(newer.delivery)) this.doubt(newer);
  }

  /** A request has its outcome. */
  async settled(request: TrackedRequest, isWritten: boolean): Promise<void> {
    if (this.doubted.delete(request) && isWritten) await this.sendAgain(request.id);
  }

  /** Recovers the doubts that a predecessor noted, once all open requests have been resumed. */
  async resume(): Promise<void> {
    for (const id of this.ledger.recovery.doubted) {
      const request = this.ledger.get(id);
      if (request && this.queue.has(request)) this.doubted.add(request);
      else await this.sendAgain(id);
    }
  }

  private doubt(request: TrackedRequest): void {
    if (this.doubted.has(request)) return;
    this.doubted.add(request);
    this.ledger.settled.doubt(request);
  }

  private async sendAgain(id: string): Promise<void> {
    const request = await this.ledger.settled.reopen(id, { type: 'overwritten' });
    if (!request) {
      this.logger.warn("file may be that of an older request, and can't be written again", {
        request_id: id,
      });
      return;
    }
    this.queue.add(request);
    const { outputFile: output_file, delivery } = request;
    const message = 'request is sent again: an older one may have replaced its file';
    this.logger.warn(message, { request_id: id, output_file, attempt: delivery.attempt });
  }
}

import { EventLog } from '../../logging/event-log.js';
import { laneNow } from '../delivery/queued-request.js';
import type { DeliveryQueue } from '../delivery/delivery-queue.js';
import type { DeliveryEvent } from '../delivery/delivery-event.js';
import type { Fleet } from '../delivery/fleet.js';
import type { TrackedRequest } from '../ledger/tracked-request.js';
import type { Notices } from '../process/notices.js';
import type { PlaceWatch } from './place-watch.js';

/**
 * Notices jobs that make no progress. Such a request is sent to another writer, once; where it makes none there
 * either, its folder counts as down.
 */
export class StallWatch {
  private readonly logger = new EventLog('Broker');

  /** @param limit seconds without progress */
  constructor(
    private readonly queue: DeliveryQueue<TrackedRequest>,
    private readonly places: PlaceWatch,
    private readonly notices: Notices,
    private readonly limit: number,
  ) {}

  /** To be called at short intervals. @param apply applies an event to a request, and notes the change */
  look(
    now: number,
    fleet: Fleet,
    apply: (request: TrackedRequest, event: DeliveryEvent) => void,
  ): void {
    for (const request of this.queue.overview.stalled(now, this.limit)) {
      const { holder: writer, stalledAt = [], triedBy = [] } = request.delivery;
      const isNew = !stalledAt.includes(writer!);
      const elsewhere =
        stalledAt.length + Number(isNew) === 1 &&
        fleet.isFree(laneNow(request), [...triedBy, writer!]);
      if (isNew) this.tell(request, writer!);
      if (!isNew && !elsewhere) continue;
      apply(request, { type: 'stalled', writer: writer!, elsewhere });
      if (isNew && stalledAt.length > 0) this.places.hangs(request, now);
    }
  }

  private tell(
    { id: request_id, outputFile: output_file }: TrackedRequest,
    writer_id: string,
  ): void {
    const facts = { request_id, output_file, writer_id, stall_after_s: this.limit };
    this.logger.error(
      'request makes no progress at its writer: look at its disks and its data source',
      facts,
    );
    this.notices.tell('stall', facts);
  }
}

import { EventLog } from '../../logging/event-log.js';
import type { WriteReport } from '../../report/write-report.js';
import type { DeliveryQueue } from '../delivery/delivery-queue.js';
import type { Outage } from '../delivery/outages.js';
import type { FailureFacts } from '../delivery/failed.js';
import { placesOf } from '../delivery/places.js';
import type { TrackedRequest } from '../ledger/tracked-request.js';
import type { Notices } from '../process/notices.js';

/** Learns from outcomes which data sources and folders are down, and says so: once when it begins and once at its end. */
export class PlaceWatch {
  private readonly logger = new EventLog('Broker');
  /** What the last request failed of before its place was down, by place. */
  private readonly errors = new Map<string, string>();

  constructor(
    private readonly queue: DeliveryQueue<TrackedRequest>,
    private readonly notices: Notices,
  ) {}

  /** Places that are down, and why. */
  get down(): readonly (Outage & { readonly error?: string })[] {
    return this.queue.down.map((outage) => ({ ...outage, error: this.errors.get(outage.place) }));
  }

  /** A request failed, and the failure counts. */
  failed(
    request: TrackedRequest,
    { faults, retryAfter }: FailureFacts,
    error: string,
    now: number,
  ): void {
    const { source, folder } = placesOf(request.outputFile);
    const places = [faults.includes('source') && source, faults.includes('folder') && folder];
    for (const place of places) {
      if (!place || !this.queue.placeFailed(place, request, now, retryAfter)) continue;
      this.tellDown(place, error);
    }
  }

  /** Jobs make no progress in a folder, at several writers. */
  hangs(request: TrackedRequest, now: number): void {
    const { folder } = placesOf(request.outputFile);
    if (folder === undefined || !this.queue.placeHangs(folder, request, now)) return;
    this.tellDown(folder, 'jobs that write there make no progress');
  }

  /** What a writer reports may show that a place does what it is asked for. */
  learn(request: TrackedRequest, { state, bytes, attempts, failure }: WriteReport): void {
    const { source, folder } = placesOf(request.outputFile);
    const faults = failure?.faults ?? [];
    const isAnswered =
      bytes > 0 && (state === 'written' || state === 'skipped' || !faults.includes('source'));
    // Of a request that is refused before anything is asked, nobody learns.
    const isRefused = attempts > 0 && faults.length === 1 && faults[0] === 'request';
    if (isAnswered || isRefused) this.cameThrough(source);
    if (state === 'written' && folder !== undefined) this.cameThrough(folder);
  }

  private cameThrough(place: string): void {
    if (!this.queue.placeCameThrough(place)) return;
    this.errors.delete(place);
    this.logger.log('a place is back: what waited for it is sent', { place });
    this.notices.tell('outage', { place, down: false });
  }

  private tellDown(place: string, error: string): void {
    this.errors.set(place, error);
    this.logger.error(
      'a place is down: requests wait, and one at a time tries whether it is back',
      {
        place,
        error,
      },
    );
    this.notices.tell('outage', { place, down: true, error });
  }
}

import { isIncomplete } from '../../report/count-channels.js';
import { isSettled } from '../../report/request-state.js';
import { isOver } from '../delivery/delivery.js';
import type { DeliveryEvent, EventOf } from '../delivery/delivery-event.js';
import { next } from '../delivery/next-delivery.js';
import type { OutcomesFile } from './outcomes-file.js';
import { type ChangeDetails, moved } from './record-changes.js';
import { RecordedRequest } from './recorded-request.js';
import type { RequestChanges } from './request-changes.js';
import type { RequestIndex } from './request-index.js';
import type { RequestLookup } from './request-lookup.js';
import type { RequestTexts } from './request-texts.js';
import { LiveRequest, type TrackedRequest } from './tracked-request.js';
import { factsOf } from './trail-requests.js';

/** What may still happen to requests that are settled. */
export class SettledRequests {
  constructor(
    private readonly index: RequestIndex,
    private readonly outcomes: OutcomesFile,
    private readonly lookup: RequestLookup,
    private readonly texts: RequestTexts,
    private readonly changes: RequestChanges,
  ) {}

  /** The newest request for the same file that was recorded after this one, and is written or open. */
  newerOf(entry: TrackedRequest): TrackedRequest | undefined {
    return this.index.newerOf(entry);
  }

  /** Notes that a request has to be sent again once it is written. */
  doubt({ id }: TrackedRequest): void {
    this.outcomes.note({ doubted: id });
  }

  /**
   * Reopens a settled request: a written one whose file another request has replaced, or a failed one that was put
   * back from the queue's dead letters. This is noted first, so that the next broker does it if this one is killed.
   *
   * @returns undefined if its state is another one, or its line can't be found
   */
  async reopen(
    id: string,
    event: EventOf<'overwritten' | 'put-back'>,
  ): Promise<TrackedRequest | undefined> {
    const record = await this.lookup.record(id);
    const request = await this.texts.search(id);
    const entry = this.index.get(id);
    if (!record || !request || !entry || !isSettled(entry.state)) return undefined;
    const { attempt } = record;
    const delivery = next({ state: entry.state, attempt }, event);
    if (isOver(delivery)) return undefined;
    this.outcomes.note({ carried: request, reopened: attempt });
    const live = new LiveRequest(new RecordedRequest(factsOf(request), request), delivery);
    live.record = moved(record, delivery, {});
    this.index.revive(entry, live);
    this.changes.tell('state', live.record, record.state);
    return entry;
  }

  /** Applies an outcome to a request that is settled. @returns whether it is news */
  async overturn(
    { id }: TrackedRequest,
    event: DeliveryEvent,
    details: ChangeDetails,
  ): Promise<boolean> {
    const record = await this.lookup.record(id);
    const entry = this.index.get(id);
    if (!record || !entry || !isSettled(entry.state)) return false;
    const { attempt, cancelled } = record;
    const before = { state: entry.state, attempt, cancelled };
    const after = next(before, event);
    if (after === before) return false;
    const settled = moved(record, after, details);
    if (entry.live) {
      entry.delivery = after;
      entry.live.record = settled;
    } else entry.settle(after.state);
    entry.incomplete = isIncomplete(settled);
    this.changes.tell('state', settled, record.state);
    this.outcomes.settle(settled, () => undefined);
    return true;
  }
}

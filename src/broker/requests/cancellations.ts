import { Injectable } from '@nestjs/common';
import type { RequestRecord } from '../../report/request-record.js';
import { Ledger } from '../ledger/ledger.js';
import { Deliveries } from '../outbox/deliveries.js';
import { RequestSettled, RequestUnderWay, UnknownRequest } from './errors.js';

/** Cancels requests that wait to be sent, for the first time or again. */
@Injectable()
export class Cancellations {
  constructor(
    private readonly ledger: Ledger,
    private readonly deliveries: Deliveries,
  ) {}

  /**
   * @returns all that is known of the request, which is cancelled on disk by then
   * @throws UnknownRequest, RequestUnderWay, RequestSettled, OutcomeNotSaved
   */
  async cancel(id: string): Promise<RequestRecord> {
    const request = this.ledger.get(id);
    if (!request) throw new UnknownRequest(id);
    const result = await this.deliveries.cancel(request);
    if (result === 'under_way') throw new RequestUnderWay(id, request.state);
    const record = await this.ledger.lookup.record(id);
    if (result === 'settled') {
      throw new RequestSettled(id, record?.cancelled ? 'cancelled' : request.state);
    }
    return record!;
  }
}

import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import type { Response } from 'express';
import { type Observable, map } from 'rxjs';
import type { Audited } from '../../audit/audit.interceptor.js';
import type { AcquisitionProposal } from './acquisition.service.js';
import { EpicsNotifier } from './epics-notifier.js';
import { nameRequests } from './request-headers.js';
import { Outbox } from '../outbox/outbox.js';
import { Statistics } from '../process/statistics.js';

/**
 * Sends on what was recorded, unless it is marked as not to be sent, as soon as the caller has its
 * answer. Puts the proposal's reply in its place, with headers that name the requests, and never fails the
 * call: what is recorded will be delivered, by the next broker if this one is killed before.
 */
@Injectable()
export class DispatchInterceptor implements NestInterceptor<
  Audited<AcquisitionProposal> | undefined,
  object | undefined
> {
  constructor(
    private readonly outbox: Outbox,
    private readonly epics: EpicsNotifier,
    private readonly statistics: Statistics,
  ) {}

  intercept(
    context: ExecutionContext,
    next: CallHandler<Audited<AcquisitionProposal> | undefined>,
  ): Observable<object | undefined> {
    const response = context.switchToHttp().getResponse<Response>();
    return next.handle().pipe(
      map((proposal) => {
        if (proposal) nameRequests(response, proposal);
        // After this turn of the event loop, in which the answer is written. Further calls of its receiver come
        // in a later one.
        if (proposal) setImmediate(() => this.dispatch(proposal));
        return proposal?.reply;
      }),
    );
  }

  private dispatch({ requests, acquired }: Audited<AcquisitionProposal>): void {
    for (const each of requests) this.outbox.add(each);
    const toSend = requests
      .map(({ request }) => request)
      .filter(({ dispatch }) => dispatch !== false);
    for (const request of toSend) this.statistics.queued(request);
    if (acquired && toSend.length > 0) this.epics.notify(acquired, toSend[0].request_id);
  }
}

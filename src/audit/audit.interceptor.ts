import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { type Observable, concatMap } from 'rxjs';
import { AuditTrail } from './audit-trail.js';
import type { WriteRequest } from '../request/write-request.js';

/**
 * Records a handler's proposal before anybody acts on it: everything outside of this
 * interceptor sees a proposal only when it is on disk. A handler may also propose nothing.
 */
@Injectable()
export class AuditInterceptor<T extends Proposal> implements NestInterceptor<
  T | undefined,
  T | undefined
> {
  constructor(private readonly trail: AuditTrail) {}

  intercept(
    _context: ExecutionContext,
    next: CallHandler<T | undefined>,
  ): Observable<T | undefined> {
    return next.handle().pipe(concatMap((proposal) => this.record(proposal)));
  }

  private async record(proposal: T | undefined): Promise<T | undefined> {
    if (!proposal) return undefined;
    const requests = await this.trail.append(proposal.requests);
    proposal.recorded();
    return { ...proposal, requests };
  }
}

/** A proposal of a call's handler. It takes effect once the requests are in the trail. */
export interface Proposal {
  /** Empty where they are in the trail already. */
  readonly requests: readonly WriteRequest[];
  /** Called when all requests are on disk, before anything else acts on them. Must not throw. */
  recorded(): void;
}

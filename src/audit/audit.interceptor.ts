import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { type Observable, concatMap } from 'rxjs';
import { type AuditedRequest, AuditTrail } from './audit-trail.js';
import type { ComposedRequest } from '../request/write-request.js';

/**
 * Records a handler's proposal before anything acts on it: everything outside this interceptor sees a
 * proposal only once it is on disk. A handler may also propose nothing.
 */
@Injectable()
export class AuditInterceptor<T extends Proposal> implements NestInterceptor<
  T | undefined,
  Audited<T> | undefined
> {
  constructor(private readonly trail: AuditTrail) {}

  intercept(
    _context: ExecutionContext,
    next: CallHandler<T | undefined>,
  ): Observable<Audited<T> | undefined> {
    return next.handle().pipe(concatMap((proposal) => this.record(proposal)));
  }

  private async record(proposal: T | undefined): Promise<Audited<T> | undefined> {
    if (!proposal) return undefined;
    const { requests } = proposal;
    const audited = await this.append(proposal);
    proposal.recorded();
    return { ...proposal, requests: requests.map((each, i) => ({ ...each, ...audited[i] })) };
  }

  private async append(proposal: T): Promise<AuditedRequest[]> {
    try {
      return await this.trail.append(proposal.requests.map(({ request }) => request));
    } catch (error) {
      await proposal.failed?.(error);
      throw error;
    }
  }
}

/** A proposal whose requests are in the trail. */
export type Audited<T extends Proposal> = Omit<T, 'requests'> & {
  readonly requests: readonly (ComposedRequest & AuditedRequest)[];
};

/** A proposal of a call's handler. It takes effect once the requests are in the trail. */
export interface Proposal {
  /** Empty where they are in the trail already. */
  readonly requests: readonly ComposedRequest[];
  /** Called when all requests are on disk, before anything else acts on them. Must not throw. */
  recorded(): void;
  /** Called when they could not be recorded, before the call fails. Must not throw. */
  failed?(error: unknown): Promise<void>;
}

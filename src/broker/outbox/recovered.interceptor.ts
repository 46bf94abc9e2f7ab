import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { type Observable, from, mergeMap } from 'rxjs';
import { Outbox } from './outbox.js';

/** After a start, has calls about all requests wait until those of predecessors are known. */
@Injectable()
export class RecoveredInterceptor implements NestInterceptor {
  constructor(private readonly outbox: Outbox) {}

  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return from(this.outbox.recovered).pipe(mergeMap(() => next.handle()));
  }
}

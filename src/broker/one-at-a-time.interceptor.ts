import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { type Observable, from, lastValueFrom } from 'rxjs';

/**
 * Runs calls one after another, each to its end: what a handler decided still holds when its
 * record is on disk. Covers the controllers of one module.
 */
@Injectable()
export class OneAtATimeInterceptor implements NestInterceptor {
  private last: Promise<unknown> = Promise.resolve();

  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const turn = this.last.then(() => lastValueFrom(next.handle()));
    this.last = turn.catch(() => 'the caller has the error');
    return from(turn);
  }
}

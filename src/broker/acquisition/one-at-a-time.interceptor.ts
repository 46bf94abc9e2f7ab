import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { SerialQueue } from '../../concurrency/serial-queue.js';
import { type Observable, from, lastValueFrom } from 'rxjs';

/**
 * Runs calls one after another, each to its end: what a handler decided still holds when its
 * record is on disk. The queue is one for all controllers that get it.
 */
@Injectable()
export class OneAtATimeInterceptor implements NestInterceptor {
  constructor(private readonly calls: SerialQueue) {}

  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return from(this.calls.run(() => lastValueFrom(next.handle())));
  }
}

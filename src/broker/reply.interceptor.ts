import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { type Observable, map } from 'rxjs';

/** Gives every reply that has a body the `state` that DIA looks at. */
@Injectable()
export class ReplyInterceptor implements NestInterceptor<object | undefined, object | undefined> {
  intercept(
    _context: ExecutionContext,
    next: CallHandler<object | undefined>,
  ): Observable<object | undefined> {
    return next.handle().pipe(map((reply) => reply && { state: 'ok', ...reply }));
  }
}

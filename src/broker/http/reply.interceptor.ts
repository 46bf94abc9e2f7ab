import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import type { Response } from 'express';
import { type Observable, map } from 'rxjs';
import { exactJson } from '../../request/exact-json.js';

/** A reply as a handler returns it; the interceptor adds its `state`. */
export type Reply<R extends { readonly state: 'ok' }> = Omit<R, 'state'>;

/**
 * Gives every reply that has a body the `state` that DIA looks at, and writes it with numbers as
 * they came.
 */
@Injectable()
export class ReplyInterceptor implements NestInterceptor<object | undefined, string | undefined> {
  intercept(
    context: ExecutionContext,
    next: CallHandler<object | undefined>,
  ): Observable<string | undefined> {
    const response = context.switchToHttp().getResponse<Response>();
    return next.handle().pipe(
      map((reply) => {
        if (!reply) return undefined;
        response.type('json');
        return exactJson({ state: 'ok', ...reply });
      }),
    );
  }
}

import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import type { Response } from 'express';
import { type Observable, map } from 'rxjs';
import { exactJson } from '../../request/exact-json.js';

/** A reply as a handler returns it; one without a `status` is `ok`. */
export interface ClientReply {
  readonly status?: 'ok' | 'error';
  /** What clients show, and some read a number from. */
  readonly message: string;
}

/** Gives every reply the `status` that the beamlines' clients look at, and writes numbers as they came. */
@Injectable()
export class ClientFormInterceptor implements NestInterceptor<ClientReply, string> {
  intercept(context: ExecutionContext, next: CallHandler<ClientReply>): Observable<string> {
    const response = context.switchToHttp().getResponse<Response>();
    return next.handle().pipe(
      map((reply) => {
        response.type('json');
        return exactJson({ status: 'ok', ...reply });
      }),
    );
  }
}

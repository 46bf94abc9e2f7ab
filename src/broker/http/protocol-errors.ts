import type { Server } from 'node:http';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { errorBody } from '../../http/error-body.js';
import { answerProtocolErrors } from '../../http/protocol-errors.js';
import { EventLog } from '../../logging/event-log.js';
import { notLoggedBefore, LogThrottle } from '../../logging/log-throttle.js';
import { CallFailures } from './call-failures.js';
import { MalformedCall } from './http-errors.js';

/** Has malformed HTTP answered in the same way as any failed call. */
@Injectable()
export class ProtocolErrors implements OnModuleInit {
  private readonly logger = new EventLog('Broker');
  private readonly throttle = new LogThrottle();

  constructor(
    private readonly adapter: HttpAdapterHost,
    private readonly failures: CallFailures,
  ) {}

  onModuleInit(): void {
    this.guard(this.adapter.httpAdapter.getHttpServer() as Server);
  }

  guard(server: Server): void {
    answerProtocolErrors(server, (status, reason) => this.bodyOf(status, reason));
  }

  private bodyOf(status: number, reason: string): string {
    const error = new MalformedCall(reason);
    this.failures.count(error.code);
    const heldBack = this.throttle.pass(reason.slice(0, 100));
    if (heldBack !== undefined) {
      this.logger.warn('call failed', { http_status: status, ...notLoggedBefore(heldBack), error });
    }
    return JSON.stringify(errorBody(error.message));
  }
}

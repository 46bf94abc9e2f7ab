import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Express, Request, Response } from 'express';
import { EventLog } from '../../logging/event-log.js';
import type { LogFields } from '../../logging/log-fields.js';
import { notLoggedBefore, Occasional } from '../../logging/occasional.js';
import { RequestError } from '../../request/errors.js';
import { Statistics } from '../statistics.js';
import { allowedMethods } from './allowed-methods.js';
import { HTTP_STATUS } from './http-status.js';
import {
  AddressNotAllowed,
  ClientGone,
  MalformedCall,
  TooManyCalls,
  TooManyReaders,
  UnknownPath,
  WrongMethod,
} from './http-errors.js';

/** Answers with `{"state": "error", "status": …}`, whatever went wrong, and logs it on one line. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly logger = new EventLog('Broker');
  private readonly refusals = new Occasional();

  constructor(
    private readonly adapter: HttpAdapterHost,
    private readonly statistics: Statistics,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const path = request.originalUrl.slice(0, 200);
    const call = { method: request.method, path, peer: request.socket.remoteAddress };
    if (thrown instanceof ClientGone) {
      this.logger.warn('client went away', call);
      response.destroy();
      return;
    }
    const error = this.understood(thrown, request);
    const status = (error && HTTP_STATUS[error.code]) ?? 500;
    this.statistics.callFailed(error?.code ?? 'internal_error');
    this.log(status, error ?? thrown, call);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (error instanceof WrongMethod) response.setHeader('Allow', error.allowed.join(', '));
    if (error instanceof TooManyCalls || error instanceof TooManyReaders) {
      response.setHeader('Retry-After', error.retryAfter);
    }
    response.status(status).json({
      state: 'error',
      status: error?.message ?? 'The broker failed at this call; its log says why. Try again.',
    });
  }

  private log(status: number, error: unknown, call: LogFields): void {
    const isRepeated = error instanceof AddressNotAllowed || error instanceof TooManyCalls;
    const heldBack = isRepeated ? this.refusals.pass(`${error.code} ${error.address}`) : 0;
    if (heldBack === undefined) return;
    const level = status < 500 ? 'warn' : 'error';
    this.logger[level]('call failed', {
      ...call,
      http_status: status,
      ...notLoggedBefore(heldBack),
      error,
    });
  }

  /** What Nest and Express throw for a call that no handler saw becomes an error of ours. */
  private understood(thrown: unknown, request: Request): RequestError | undefined {
    if (thrown instanceof RequestError) return thrown;
    if (!(thrown instanceof HttpException) || thrown.getStatus() >= 500) return undefined;
    if (thrown.getStatus() !== 404) return new MalformedCall(thrown.message);
    const { method, path } = request;
    const allowed = allowedMethods(this.adapter.httpAdapter.getInstance<Express>(), path);
    return allowed.length > 0 ? new WrongMethod(method, path, allowed) : new UnknownPath(path);
  }
}

import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  HttpException,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { errorBody } from '../../http/error-body.js';
import { EventLog } from '../../logging/event-log.js';
import type { LogFields } from '../../logging/log-fields.js';
import { notLoggedBefore, LogThrottle } from '../../logging/log-throttle.js';
import { Repeats } from '../../logging/repeats.js';
import { RequestError } from '../../request/errors.js';
import {
  FileCallFailed,
  ReadingEnded,
  ReadingTimedOut,
  TooMuchWork,
  ViewerBusy,
} from '../../viewer/errors.js';
import { CallFailures } from './call-failures.js';
import { ClientAddress } from './client-address.js';
import { clientErrorBody, clientStatus } from './client-exception.js';
import { HTTP_STATUS } from './http-status.js';
import {
  AddressNotAllowed,
  ClientGone,
  MalformedCall,
  TooManyCalls,
  UnexpectedHost,
  UnknownPath,
  WrongMethod,
} from './http-errors.js';
import { Routes } from './routes.js';

const UNFORESEEN = 'The broker failed at this call; its log says why. Try again.';

/**
 * Answers with `{"state": "error", "status": …, "message": …}`, whatever went wrong, or in the form of the
 * beamlines' clients, and logs it on one line.
 */
@Catch()
export class ErrorFilter implements ExceptionFilter, OnApplicationShutdown {
  private readonly logger = new EventLog('Broker');
  private readonly refusals = new LogThrottle();
  private readonly repeats = new Repeats();

  constructor(
    private readonly routes: Routes,
    private readonly clientAddress: ClientAddress,
    private readonly failures: CallFailures,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const path = request.originalUrl.slice(0, 200);
    const call = { method: request.method, path, peer: this.clientAddress.shown(request) };
    if (thrown instanceof ClientGone) {
      this.logger.warn('client went away', call);
      response.destroy();
      return;
    }
    const error = this.understood(thrown, request);
    const isClientForm = this.routes.isClientForm(request.path);
    const grave = (error && HTTP_STATUS[error.code]) ?? 500;
    const status = isClientForm ? clientStatus(grave) : grave;
    this.failures.count(error?.code ?? 'internal_error');
    this.log(grave, error ?? thrown, { ...call, http_status: status });
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (error instanceof WrongMethod) response.setHeader('Allow', error.allowed.join(', '));
    if (error && 'retryAfter' in error) response.setHeader('Retry-After', Number(error.retryAfter));
    const message = error?.message ?? UNFORESEEN;
    response
      .status(status)
      .json(isClientForm ? clientErrorBody(error, message) : errorBody(message));
  }

  /** Logs the counts of lines that were held back. */
  onApplicationShutdown(): void {
    this.repeats.close();
  }

  /** @param grave HTTP status of the error, whatever the answer has */
  private log(grave: number, error: unknown, fields: LogFields): void {
    if (grave >= 500 && !isOfFile(error)) {
      this.logger.error('call failed', { ...fields, error });
      return;
    }
    const refused = refusedOf(error);
    if (refused !== undefined) {
      const heldBack = this.refusals.pass(refused);
      if (heldBack === undefined) return;
      // A caller that uses a strange name may be a detector writer, which ignores replies.
      const level = error instanceof UnexpectedHost ? 'error' : 'warn';
      this.logger[level]('call failed', { ...fields, ...notLoggedBefore(heldBack), error });
      return;
    }
    const { method, path, peer } = fields;
    const kind = [method, path, peer, (error as Error).message.slice(0, 200)].join(' ');
    this.repeats.note(kind, (times) => {
      this.logger.warn('call failed', { ...fields, ...notLoggedBefore(times - 1), error });
    });
  }

  /** Turns what Nest and Express throw for a call that no handler saw into an error of ours. */
  private understood(thrown: unknown, request: Request): RequestError | undefined {
    if (thrown instanceof RequestError) return thrown;
    if (!(thrown instanceof HttpException) || thrown.getStatus() >= 500) return undefined;
    if (thrown.getStatus() !== 404) return new MalformedCall(thrown.message);
    const { method, path } = request;
    const allowed = this.routes.allowedMethods(path);
    return allowed.length > 0 ? new WrongMethod(method, path, allowed) : new UnknownPath(path);
  }
}

/** Whether it is a file that failed, or its reading: nothing is wrong with the broker, however often it is asked. */
function isOfFile(error: unknown): boolean {
  const types = [FileCallFailed, ReadingEnded, ReadingTimedOut, TooMuchWork, ViewerBusy];
  return types.some((type) => error instanceof type);
}

/** The caller that an error refuses, of those that may go on calling; undefined for other errors. */
function refusedOf(error: unknown): string | undefined {
  // Of all callers together: one alone may make thousands of calls.
  if (error instanceof ViewerBusy) return error.code;
  if (error instanceof AddressNotAllowed || error instanceof TooManyCalls) {
    return `${error.code} ${error.address}`;
  }
  return error instanceof UnexpectedHost ? `${error.code} ${error.host.slice(0, 200)}` : undefined;
}

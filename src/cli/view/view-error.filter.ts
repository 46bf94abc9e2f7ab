import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { Request, Response } from 'express';
import { ClientGone } from '../../broker/http/http-errors.js';
import { HTTP_STATUS } from '../../broker/http/http-status.js';
import { errorBody } from '../../http/error-body.js';
import { EventLog } from '../../logging/event-log.js';
import { RequestError } from '../../request/errors.js';

const UNFORESEEN = 'Something unforeseen went wrong; the terminal says what.';

/** Answers with `{"state": "error", "status": …, "message": …}`, whatever went wrong. */
@Catch()
export class ViewErrorFilter implements ExceptionFilter {
  private readonly logger = new EventLog('Viewer');

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    if (thrown instanceof ClientGone || response.headersSent) {
      response.destroy();
      return;
    }
    const { status, message } = understood(thrown, request.path);
    if (status === 500)
      this.logger.error('call failed', { path: request.path.slice(0, 200), error: thrown });
    if (thrown instanceof RequestError && 'retryAfter' in thrown) {
      response.setHeader('Retry-After', Number(thrown.retryAfter));
    }
    response.status(status).json(errorBody(message));
  }
}

function understood(thrown: unknown, path: string): { status: number; message: string } {
  if (thrown instanceof RequestError) {
    return { status: HTTP_STATUS[thrown.code] ?? 500, message: thrown.message };
  }
  if (!(thrown instanceof HttpException) || thrown.getStatus() >= 500) {
    return { status: 500, message: UNFORESEEN };
  }
  if (thrown.getStatus() !== 404) return { status: 400, message: `${thrown.message}.` };
  return { status: 404, message: `Not found: ${path.slice(0, 200)}. The page is at /.` };
}

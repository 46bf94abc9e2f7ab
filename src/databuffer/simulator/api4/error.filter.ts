import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import { EventLog } from '../../../logging/event-log.js';
import { Api4Refusal } from './errors.js';

const REQUEST_ID = 'requestid';

/** Gives a reply its id. */
export function nameRequest(response: ServerResponse): void {
  response.setHeader(REQUEST_ID, randomUUID());
}

/** An error as API 4 words it. */
export function api4ErrorBody(response: ServerResponse, message: string): string {
  return JSON.stringify({ message, requestid: response.getHeader(REQUEST_ID) });
}

/** Errors as API 4 sends them: `{"message", "requestid"}`; a reply under way is broken off. */
@Catch()
export class Api4ErrorFilter implements ExceptionFilter {
  private readonly logger = new EventLog('Simulator');

  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<ServerResponse>();
    const status = statusOf(error);
    if (status === undefined) this.logger.error('query failed', { error });
    if (response.headersSent) {
      response.destroy();
      return;
    }
    response.statusCode = status ?? 500;
    response.setHeader('Content-Type', 'application/json');
    response.end(api4ErrorBody(response, error instanceof Error ? error.message : String(error)));
  }
}

/** Undefined where it is no answer, but a failure of the simulator. */
function statusOf(error: unknown): number | undefined {
  if (error instanceof Api4Refusal) return error.status;
  return error instanceof HttpException ? error.getStatus() : undefined;
}

import type { ServerResponse } from 'node:http';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import { simulatorErrorBody, QueryRefused } from './errors.js';
import { EventLog } from '../../logging/event-log.js';

/** Errors as the data API sends them: `{"status", "message", "requestId"}`; a reply under way is broken off. */
@Catch()
export class SimulatorErrorFilter implements ExceptionFilter {
  private readonly logger = new EventLog('Simulator');

  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<ServerResponse>();
    const status = statusOf(error);
    if (status === 500) this.logger.error('query failed', { error });
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const message = error instanceof Error ? error.message : String(error);
    response.statusCode = status;
    response.setHeader('Content-Type', 'application/json');
    response.end(simulatorErrorBody(status, message));
  }
}

function statusOf(error: unknown): number {
  if (error instanceof QueryRefused) return 400;
  return error instanceof HttpException ? error.getStatus() : 500;
}

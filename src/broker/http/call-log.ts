import type { NextFunction, Request, Response } from 'express';
import { EventLog } from '../../logging/event-log.js';
import type { LogWriter } from '../../logging/log-writer.js';
import type { ClientAddress } from './client-address.js';

/** A line for each call when it is answered, with level DEBUG. */
export function callLog(log: LogWriter, clientAddress: ClientAddress) {
  const logger = new EventLog('Broker');
  return (request: Request, response: Response, next: NextFunction): void => {
    if (log.level === 'DEBUG') {
      const begin = performance.now();
      const peer = clientAddress.shown(request);
      const { method } = request; // It may be taken for another one.
      response.once('close', () => {
        logger.debug('call answered', {
          method,
          path: request.originalUrl.slice(0, 200),
          peer,
          http_status: response.statusCode,
          duration_s: Number(((performance.now() - begin) / 1000).toFixed(4)),
        });
      });
    }
    next();
  };
}

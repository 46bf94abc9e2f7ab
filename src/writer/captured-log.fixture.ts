import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { LogWriter } from '../logging/log-writer.js';

/** One event as it was logged: level, message, and its fields. */
export interface LoggedEvent {
  readonly level: string;
  readonly message: unknown;
  readonly [field: string]: unknown;
}

/** For what asks for the log itself: it writes nothing. */
export const SILENT_LOG = new LogWriter('CRITICAL', 'json', { write: () => undefined });

/** Captures what is logged through Nest, from INFO on, while a spec runs. Call it once in a describe. */
export function capturedLog(): { readonly events: LoggedEvent[] } {
  const events: LoggedEvent[] = [];
  const level =
    (level: string) =>
    (message: unknown, fields?: unknown): void => {
      events.push({ level, message, ...(typeof fields === 'object' ? fields : {}) });
    };
  beforeAll(() =>
    Logger.overrideLogger({
      log: level('log'),
      warn: level('warn'),
      error: level('error'),
      fatal: level('fatal'),
      debug: () => undefined,
    }),
  );
  beforeEach(() => void events.splice(0));
  afterAll(() => Logger.overrideLogger(['error', 'warn', 'log']));
  return { events };
}

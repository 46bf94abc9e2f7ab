import { prettyFactory } from 'pino-pretty';
import type { LogLevel } from '../config/common-settings.js';
import { errorText } from './error-text.js';
import { textOfEvent } from './text-of-event.js';

export const LEVELS: Record<LogLevel, number> = {
  DEBUG: 20,
  INFO: 30,
  WARNING: 40,
  ERROR: 50,
  CRITICAL: 60,
};

/** Makes the lines of the text format, with their line end, from events or their JSON. */
export function textLines(): (event: string | object) => string {
  return prettyFactory({
    colorize: false,
    translateTime: 'SYS:yyyy-mm-dd HH:MM:ss.l',
    customLevels: LEVELS,
    hideObject: true,
    messageFormat: textOfEvent,
  });
}

/** Fields as a line has them: of an error its text. */
export function plainFields(fields: object | null): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields ?? {}).map(([name, value]) => [
      name,
      value instanceof Error || name === 'error' ? errorText(value) : value,
    ]),
  );
}

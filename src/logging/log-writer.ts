import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger, pino } from 'pino';
import { prettyFactory } from 'pino-pretty';
import type { LogLevel } from '../config/common-settings.js';
import { EndOfTurn } from './end-of-turn.js';
import { errorText } from './error-text.js';
import { textOfEvent } from './text-of-event.js';

const LEVELS: Record<LogLevel, number> = {
  DEBUG: 20,
  INFO: 30,
  WARNING: 40,
  ERROR: 50,
  CRITICAL: 60,
};

/** Parts of Nest that tell at every start which modules and routes there are. */
const NEST_STARTING = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
  'NestMicroservice',
]);

/**
 * Nest's logger: one line an event, as text for people or as JSON for programs.
 *
 * Called through Nest's `Logger`: `logger.log('request recorded', { request_id, output_file })`.
 * Objects among the arguments are fields of the event, errors its field `error`. Nothing that is
 * logged can make logging itself fail, and no event takes more than a line. Lines are written at the
 * end of the event loop's turn, errors at once.
 */
export class LogWriter implements LoggerService {
  private readonly logger: Logger<LogLevel>;
  private readonly lines: EndOfTurn;

  /** @param destination where lines go; standard error by default, which leaves standard output to results */
  constructor(level: LogLevel, format: 'text' | 'json', destination?: DestinationStream) {
    const stream = destination ?? pino.destination({ fd: 2, sync: true });
    this.lines = new EndOfTurn(stream, format === 'json' ? (line) => line : prettyLines());
    this.logger = pino(
      {
        level,
        base: null,
        customLevels: LEVELS,
        timestamp: pino.stdTimeFunctions.isoTime,
        formatters: { level: (label) => ({ level: label }) },
      },
      this.lines,
    );
  }

  /** Changes the least severe level that is written. */
  setLevel(level: LogLevel): void {
    this.logger.level = level;
  }

  log(message: unknown, ...rest: unknown[]): void {
    const starting = NEST_STARTING.has(rest.at(-1) as string);
    this.write(starting ? 'DEBUG' : 'INFO', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('WARNING', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('ERROR', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('CRITICAL', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('DEBUG', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('DEBUG', message, rest);
  }

  private write(level: LogLevel, message: unknown, rest: unknown[]): void {
    if (!this.logger.isLevelEnabled(level)) return;
    const event: Record<string, unknown> = {};
    const words = rest.filter((entry) => typeof entry === 'string');
    if (words.length > 0) event.logger = words.at(-1);
    for (const fields of [message, ...rest]) {
      if (fields instanceof Error) event.error = errorText(fields);
      else if (typeof fields === 'object') Object.assign(event, printable(fields));
    }
    const text = typeof message === 'string' ? message : errorText(message);
    // As an argument, so that a percent sign in the text stays one.
    this.logger[level](event, '%s', text);
    if (LEVELS[level] >= LEVELS.ERROR) this.lines.flush();
  }
}

function printable(fields: object | null): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields ?? {}).map(([name, value]) => [
      name,
      value instanceof Error || name === 'error' ? errorText(value) : value,
    ]),
  );
}

function prettyLines(): (line: string) => string {
  return prettyFactory({
    colorize: false,
    translateTime: 'SYS:yyyy-mm-dd HH:MM:ss.l',
    customLevels: LEVELS,
    hideObject: true,
    messageFormat: textOfEvent,
  });
}

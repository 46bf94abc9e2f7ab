import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger, pino } from 'pino';
import type { LogLevel } from '../config/common-settings.js';
import { withoutCredentials } from '../config/url-credentials.js';
import { EndOfTurn } from './end-of-turn.js';
import { errorText } from './error-text.js';
import type { LogFields } from './log-fields.js';
import { LogOutput } from './log-output.js';
import { LEVELS, plainFields, textLines } from './text-lines.js';

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
 * logged can make logging itself fail, no event takes more than a line, and none shows the password in
 * a URL. Lines are written at the end of the event loop's turn, errors at once. Where they can't be
 * written, the service goes on without them.
 */
export class LogWriter implements LoggerService {
  private readonly logger: Logger<LogLevel>;
  private readonly lines: EndOfTurn;
  private readonly output: LogOutput | undefined;

  /** @param destination where lines go; standard error by default, which leaves standard output to results */
  constructor(
    private configured: LogLevel,
    format: 'text' | 'json',
    destination?: DestinationStream,
  ) {
    if (!destination) this.output = new LogOutput(2, (lost) => this.noteLost(lost));
    const stream = destination ?? this.output!;
    const formatted = format === 'json' ? (line: string) => line : textLines();
    this.lines = new EndOfTurn(stream, (line) => formatted(withoutCredentials(line)));
    this.logger = pino(
      {
        level: configured,
        base: null,
        customLevels: LEVELS,
        timestamp: pino.stdTimeFunctions.isoTime,
        formatters: { level: (label) => ({ level: label }) },
      },
      this.lines,
    );
  }

  /** The least severe level that is written. */
  get level(): LogLevel {
    return this.logger.level as LogLevel;
  }

  /** Lines that could not be written so far, as the disk was full or nobody read them. */
  get linesLost(): number {
    return this.output?.linesLost ?? 0;
  }

  /** Changes the least severe level that is written, and notes it. */
  setLevel(level: LogLevel): void {
    // Noted while the more talkative of the two is in force.
    if (LEVELS[level] < LEVELS[this.level]) this.logger.level = level;
    this.log('log level changed', { log_level: level } satisfies LogFields, 'Service');
    this.logger.level = level;
  }

  /** Takes a level as the configured one, and puts it into force. */
  configure(level: LogLevel): void {
    this.configured = level;
    if (level !== this.level) this.setLevel(level);
  }

  /** To DEBUG, and from there back to the level that was configured (INFO, if that was DEBUG). */
  toggleDebug(): void {
    const back = this.configured === 'DEBUG' ? 'INFO' : this.configured;
    this.setLevel(this.level === 'DEBUG' ? back : 'DEBUG');
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

  private noteLost(lost: number): void {
    this.warn('log lines were lost', { log_lines_lost: lost } satisfies LogFields, 'Service');
  }

  private write(level: LogLevel, message: unknown, rest: unknown[]): void {
    if (!this.logger.isLevelEnabled(level)) return;
    const event: Record<string, unknown> = {};
    const words = rest.filter((entry) => typeof entry === 'string');
    if (words.length > 0) event.logger = words.at(-1);
    for (const fields of [message, ...rest]) {
      if (fields instanceof Error) event.error = errorText(fields);
      else if (typeof fields === 'object') Object.assign(event, plainFields(fields));
    }
    const text = typeof message === 'string' ? message : errorText(message);
    // As an argument, so that a percent sign in the text stays one.
    this.logger[level](event, '%s', text);
    if (LEVELS[level] >= LEVELS.ERROR) this.lines.flush();
  }
}

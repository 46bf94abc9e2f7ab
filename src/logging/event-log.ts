import { Logger, type LoggerService } from '@nestjs/common';
import type { LogFields } from './log-fields.js';

/** Fields that come in a variable are held to the vocabulary as well. */
type NothingElse<F> = { readonly [Name in Exclude<keyof F, keyof LogFields>]: never };

/**
 * The log of one part of the program: each event is a message, always in the same words, and what
 * differs from one time to the next as fields of the one vocabulary.
 *
 * Where lines go is for Nest's logger to say, as with those of Nest itself.
 */
export class EventLog implements LoggerService {
  private readonly logger: Logger;

  constructor(part: 'Broker' | 'Writer' | 'Transport' | 'Service' | 'Simulator' | 'Viewer') {
    this.logger = new Logger(part);
  }

  debug<F extends LogFields>(message: string, fields?: F & NothingElse<F>): void {
    this.logger.debug(message, fields ?? {});
  }

  log<F extends LogFields>(message: string, fields?: F & NothingElse<F>): void {
    this.logger.log(message, fields ?? {});
  }

  warn<F extends LogFields>(message: string, fields?: F & NothingElse<F>): void {
    this.logger.warn(message, fields ?? {});
  }

  error<F extends LogFields>(message: string, fields?: F & NothingElse<F>): void {
    this.logger.error(message, fields ?? {});
  }

  /** For events that need somebody at once: a request that exists only in this line. */
  fatal<F extends LogFields>(message: string, fields?: F & NothingElse<F>): void {
    this.logger.fatal(message, fields ?? {});
  }
}

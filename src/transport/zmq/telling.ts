import { Logger, type LoggerService } from '@nestjs/common';
import { errorText } from '../../logging/error-text.js';
import type { EventLog } from '../../logging/event-log.js';
import type { LogFields } from '../../logging/log-fields.js';
import { textOfEvent } from '../../logging/text-of-event.js';

/** Where a socket's lines go, and in which words they tell of connections that fail. */
export interface Telling {
  readonly log: Pick<EventLog, 'log' | 'warn' | 'error'>;
  readonly words: ConnectionWords;
}

/** What is wrong, for whoever runs this end. */
export interface ConnectionWords {
  /** The other end refused the address or the key of this one. */
  readonly refused: string;
  /** This end has no CURVE keys and the other one demands them. */
  readonly keysDemanded: string;
  /** This end has CURVE keys and the other one has none. */
  readonly keysUnused: string;
  readonly otherKey: string;
  /** This end refused a peer, which has no keys or expects other ones. */
  readonly peerRefused: string;
  /** Ends a sentence: why there is no connection. */
  readonly reason: string;
}

/** Lines of Nest's logger with the facts behind the message: Nest would print an object of them by itself. */
class NestLog implements LoggerService {
  private readonly logger = new Logger('ZmqTransport');

  log(message: string, fields?: LogFields): void {
    this.logger.log(textOf(message, fields));
  }

  warn(message: string, fields?: LogFields): void {
    this.logger.warn(textOf(message, fields));
  }

  error(message: string, fields?: LogFields): void {
    const { error } = fields ?? {};
    this.logger.error(textOf(message, fields), error instanceof Error ? error.stack : undefined);
  }
}

/** In an application that is not ours, where nobody knows our settings. */
export const PLAINLY: Telling = {
  log: new NestLog(),
  words: {
    refused: 'refused: the other side does not admit this address or this key',
    keysDemanded: 'connection failed: the other side demands CURVE keys',
    keysUnused: 'connection failed: the other side uses no CURVE keys',
    otherKey: 'connection failed: curveServerKey is not the key of the other side',
    peerRefused: 'peer refused: it has no CURVE keys, or not the public key of this side',
    reason: 'it refuses this address or its key',
  },
};

function textOf(message: string, fields: LogFields = {}): string {
  const { error, ...others } = fields;
  const told = error === undefined ? {} : { error: errorText(error) };
  return textOfEvent({ msg: message, ...others, ...told });
}

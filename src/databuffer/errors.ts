import { withoutCredentials } from '../config/url-credentials.js';
import type { PulseRange } from '../request/pulse-range.js';

/**
 * Why a data source could not deliver.
 *
 * `transient` says whether the same question may be answered if it is asked again.
 */
export abstract class DataSourceError extends Error {
  /** Stable word for reports, metrics and retry policies. */
  abstract readonly code: string;
  abstract readonly transient: boolean;
  /** The data API that failed, as settings name it, without user and password; known to who asked it. */
  source?: string;

  override get name(): string {
    return this.constructor.name;
  }
}

/** The same error; if it is of a data source it says which API failed, unless it does already. */
export function failedAt(api: string, error: unknown): unknown {
  if (error instanceof DataSourceError) error.source ??= withoutCredentials(api);
  return error;
}

/** One that has to do with how a server answered, or did not. */
abstract class CallFailed extends DataSourceError {
  /** Without user and password. */
  readonly url: string;

  constructor(url: string, what: string, options?: ErrorOptions) {
    const shown = withoutCredentials(url);
    super(`${shown} ${what}`, options);
    this.url = shown;
  }
}

/** No connection, or it broke before the reply's first byte. */
export class ConnectionFailed extends CallFailed {
  readonly code = 'connection_failed';
  /** Whether the question was on its way; else the server can't be reached at all. */
  readonly wasConnected: boolean;

  constructor(
    url: string,
    /** The system's or the client's word, e.g. `ECONNREFUSED`. */
    readonly reason: string,
    readonly transient: boolean,
    /** Exactly what happened. */
    words: string,
    options: { readonly cause: unknown; readonly wasConnected: boolean },
  ) {
    const what = options.wasConnected
      ? 'broke the connection before it answered'
      : "can't be reached";
    super(url, `${what}: ${words}`, options);
    this.wasConnected = options.wasConnected;
  }
}

/** The reply breaks the rules of HTTP/1.1. */
export class InvalidHttp extends CallFailed {
  readonly code = 'malformed_reply';

  constructor(
    url: string,
    /** Short, e.g. llhttp's word. */
    readonly reason: string,
    what: string,
    readonly transient = false,
  ) {
    super(url, `answered with what is not HTTP/1.1: ${what}`);
  }
}

/** The reply's body is not in the encoding that its headers name. */
export class UndecodableBody extends CallFailed {
  readonly code = 'malformed_reply';
  readonly transient = true;

  constructor(
    url: string,
    /** As the header has it, e.g. `gzip`. */
    readonly encoding: string,
    cause: Error,
  ) {
    super(url, `answered with a body that can't be decoded as ${encoding}: ${cause.message}`, {
      cause,
    });
  }
}

/** The server let a time limit pass. */
export class TimedOut extends CallFailed {
  readonly code = 'timed_out';
  readonly transient = true;

  constructor(
    url: string,
    readonly phase: 'connect' | 'first byte' | 'silence' | 'value',
    readonly limitMs: number,
  ) {
    const what = phase === 'value' ? 'the reply went on, but no value came' : 'nothing came';
    super(url, `timed out (${phase}: ${what} within ${limitMs / 1000} s)`);
  }
}

/** An HTTP status other than 200. */
export class HttpFailure extends CallFailed {
  readonly code = 'http_status';
  readonly transient: boolean;

  constructor(
    url: string,
    readonly status: number,
    /** How the reply's body begins; says what the server did not like. */
    readonly body: string,
    location?: string,
    /** For how many seconds it wants not to be asked again, where it says so. */
    readonly retryAfter?: number,
  ) {
    const redirect = REDIRECTS.has(status) ? redirectTo(location) : '';
    super(url, `answered HTTP ${status}${redirect}${body === '' ? '' : `: ${body}`}`);
    this.transient = status >= 500 || status === 408 || status === 425 || status === 429;
  }
}

/** HTTP 401, or 403 to headers that can be renewed: the server does not accept who asks. It may, later. */
export class CredentialsRefused extends HttpFailure {
  override readonly transient = true;

  constructor(url: string, status: number, body: string, remedy: string) {
    super(url, status, body);
    this.message += `; ${remedy}`;
  }
}

/** The headers for a server can't be read: it was not asked. */
export class HeadersUnusable extends CallFailed {
  readonly code = 'headers_unusable';
  readonly transient = true;

  constructor(url: string, cause: Error) {
    super(url, `was not asked: ${cause.message}`);
  }
}

/** A server that asked not to be asked again before some time is over: it was not asked. */
export class ServerResting extends CallFailed {
  /** As of the answer that said so. */
  readonly code = 'http_status';
  readonly transient = true;

  constructor(
    url: string,
    /** Seconds that are left. */
    readonly retryAfter: number,
  ) {
    super(url, `asked to be left alone for another ${Math.ceil(retryAfter)} s (Retry-After)`);
  }
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MAX_LOCATION_LENGTH = 500;

function redirectTo(location: string | undefined): string {
  if (location === undefined) return ', a redirect without Location';
  const shown = withoutCredentials(location).slice(0, MAX_LOCATION_LENGTH);
  return `, a redirect to ${shown}, which is not followed`;
}

/** The reply is encoded in a way that was not asked for and is not understood. */
export class UnsupportedEncoding extends CallFailed {
  readonly code = 'unsupported_encoding';
  readonly transient = false;

  constructor(
    url: string,
    readonly encoding: string,
  ) {
    super(url, `answered with content encoding "${encoding}", which is not understood`);
  }
}

/** The reply ended before it was complete. */
export class TruncatedReply extends DataSourceError {
  readonly code = 'truncated_reply';
  readonly transient = true;

  constructor(
    /** Bytes that had come. */
    readonly bytes: number,
    cause?: unknown,
  ) {
    super(`the reply ended after ${bytes} bytes, before it was complete`, { cause });
  }
}

/** The reply is not what its protocol says. */
export class MalformedReply extends DataSourceError {
  readonly code = 'malformed_reply';
  readonly transient = false;

  constructor(
    /** Where in the reply, in bytes from its beginning. */
    readonly offset: number,
    readonly what: string,
    options?: ErrorOptions,
  ) {
    super(`the reply is malformed at byte ${offset}: ${what}`, options);
  }
}

/** The server replied with an error instead of data. */
export class ServerError extends DataSourceError {
  readonly code = 'server_error';
  readonly transient: boolean;

  constructor(
    /** The status that the error named, where it did. */
    readonly status: number | undefined,
    /** The server's own words. */
    readonly detail: string,
  ) {
    super(`the data buffer answered with an error: ${detail}`);
    this.transient = status !== undefined && status >= 500;
  }
}

/** The reply ended cleanly, and the server said afterwards that it was not complete. */
export class IncompleteReply extends DataSourceError {
  readonly code = 'incomplete_reply';
  readonly transient = true;

  constructor(
    /** The server's name for the request. */
    readonly requestId: string,
    /** The errors that the server told, as JSON. */
    readonly detail: string,
  ) {
    super(`the reply was incomplete, says the status of request ${requestId}: ${detail}`);
  }
}

/** All answers ended, and the server has not said that nothing more will come. */
export class RangeNotFinal extends DataSourceError {
  readonly code = 'incomplete';
  readonly transient = true;

  /** @param last what came of the last question */
  constructor(
    readonly questions: number,
    readonly last: string,
  ) {
    const asked =
      questions === 1 ? `asked once, ${last}` : `asked ${questions} times, the last time ${last}`;
    super(`the data buffer has not said that the range is complete: ${asked}`);
  }
}

/** The server does not know when the pulses of a range were; it may not have got them yet. */
export class UnmappedPulses extends CallFailed {
  readonly code = 'unmapped_pulses';
  readonly transient = true;

  constructor(
    url: string,
    readonly range: PulseRange,
    /** The one that it does not know, where that is told; it may be the one behind the range. */
    pulse?: bigint,
  ) {
    const pulses = `pulses ${range.startPulseId} to ${range.endPulseId}`;
    super(
      url,
      pulse === undefined
        ? `gives no times for the ${pulses}`
        : `has no time for pulse ${pulse}, needed for ${pulses}: not recorded yet, or a wrong pulse id`,
    );
  }
}

/** The range of a request can't be asked for. */
export class UnusableRange extends DataSourceError {
  readonly code = 'unusable_range';
  readonly transient = false;

  constructor(readonly range: unknown) {
    super(
      `the range ${JSON.stringify(range)} has neither pulse ids nor dates nor seconds in order`,
    );
  }
}

/** The reply names no channel at all. */
export class EmptyReply extends DataSourceError {
  readonly code = 'empty_reply';
  readonly transient = false;

  constructor() {
    super('the reply is empty: the data buffer knows none of the channels');
  }
}

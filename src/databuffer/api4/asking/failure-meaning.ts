import {
  ConnectionFailed,
  CredentialsRefused,
  DataSourceError,
  HeadersUnusable,
  HttpFailure,
  ServerResting,
  TimedOut,
} from '../../errors.js';

/** What a failed question means for its channel. */
export type Meaning =
  /** It is a matter of the server, whatever the channel: others need not be asked. */
  | 'server'
  /** The server can't be reached; it may be in a moment. */
  | 'unreachable'
  | 'unknown channel'
  | 'timed out'
  /** It may go better in a moment. */
  | 'passing'
  /** It would fail the same way again. */
  | 'lasting';

/** Tells what a failure means; undefined for one that no server is to blame for. */
export function meaningOf(error: unknown): Meaning | undefined {
  if (!(error instanceof DataSourceError)) return undefined;
  if (isOfServer(error)) return 'server';
  if (error instanceof ConnectionFailed && !error.wasConnected) {
    return error.transient ? 'unreachable' : 'server';
  }
  if (error instanceof TimedOut) return error.phase === 'connect' ? 'unreachable' : 'timed out';
  if (error instanceof HttpFailure && error.status === 404) return 'unknown channel';
  return error.transient ? 'passing' : 'lasting';
}

function isOfServer(error: DataSourceError): boolean {
  if (error instanceof HttpFailure && error.retryAfter !== undefined) return true;
  return [ServerResting, HeadersUnusable, CredentialsRefused].some((kind) => error instanceof kind);
}

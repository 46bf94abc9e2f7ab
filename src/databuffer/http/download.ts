import type { Dispatcher } from 'undici';
import { DataSourceError, HttpFailure } from '../errors.js';
import { Connections } from './connections.js';
import { Credentials } from './credentials.js';
import { DEFAULT_DOWNLOAD_LIMITS, type DownloadLimits } from './download-limits.js';
import { ReplyHandler, type ReplyHeaders } from './reply-handler.js';

/** One question to a server. */
export interface Download {
  /** User and password in it become an `Authorization` header. */
  readonly url: string;
  /** JSON text that is posted as it is; without one the URL is just got. */
  readonly body?: string;
  /** The media type to ask for; JSON by default. */
  readonly accept?: string;
  readonly limits?: Partial<DownloadLimits>;
  readonly signal?: AbortSignal;
  /** Hears of each piece of the reply, before it is handed on, how many bytes it has. */
  readonly received?: (bytes: number) => void;
  /**
   * Changes with each value that the receiver found in the reply. Without it the whole body has to
   * come within the limit between two values.
   */
  readonly progress?: () => number;
  /** Whether the receiver holds the reply up on purpose, by the brake of its connections: no time limit runs then. */
  readonly isHeld?: () => boolean;
  /** Those of downloads that follow one another; by default it has one of its own. */
  readonly connections?: Connections;
}

/**
 * Asks a question and hands the reply on piece by piece, as it comes from the socket.
 *
 * `take` is synchronous: while it works nothing is read, so a slow receiver slows the server
 * instead of filling memory. A piece belongs to the receiver for the time of the call only.
 *
 * @returns the reply's headers
 * @throws ServerResting, HeadersUnusable, ConnectionFailed, TimedOut, InvalidHttp, HttpFailure, UnsupportedEncoding,
 *   UndecodableBody, TruncatedReply; what `take` throws, as it is; the signal's reason when aborted
 */
export async function download(
  question: Download,
  take: (chunk: Uint8Array) => void,
): Promise<ReplyHeaders> {
  const { url, signal, received, progress = () => 0, isHeld = () => false } = question;
  const limits = { ...DEFAULT_DOWNLOAD_LIMITS, ...question.limits };
  signal?.throwIfAborted();
  const connections = question.connections ?? new Connections();
  const hand = (chunk: Uint8Array) => {
    received?.(chunk.length);
    take(chunk);
  };
  let abort: (() => void) | undefined;
  let credentials: Credentials | undefined;
  try {
    connections.rests?.ensureOver(url);
    const own = (credentials = await Credentials.of(url, connections.headers));
    const dispatcher = await connections.dispatcherFor(url);
    signal?.throwIfAborted();
    const { connectMs, brake } = connections;
    return await new Promise<ReplyHeaders>((resolve, reject) => {
      const receiver = { take: hand, progress, isHeld, brake, resolve, reject };
      const target = { url, limits: { ...limits, connectMs }, credentials: own, ...receiver };
      const handler = new ReplyHandler(target);
      abort = () => handler.fail(signal!.reason);
      signal?.addEventListener('abort', abort);
      dispatcher.dispatch(requestOf(question, own, limits), handler);
    });
  } catch (error) {
    if (error instanceof HttpFailure && error.retryAfter !== undefined) {
      connections.rests?.note(url, error.retryAfter);
    }
    // It may quote the reply.
    if (credentials && error instanceof DataSourceError) {
      error.message = credentials.withheldFrom(error.message);
    }
    throw error;
  } finally {
    if (abort) signal?.removeEventListener('abort', abort);
    if (question.connections === undefined) await connections.close();
  }
}

function requestOf(
  { url, body, accept = 'application/json' }: Download,
  credentials: Credentials,
  limits: DownloadLimits,
): Dispatcher.DispatchOptions {
  const { origin, pathname, search } = new URL(url);
  return {
    origin,
    path: pathname + search,
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...credentials.headers,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      accept,
      'accept-encoding': 'identity',
    },
    body,
    headersTimeout: limits.firstByteMs,
    // Undici would count the time that a decoder is behind.
    bodyTimeout: 0,
  };
}

import {
  ConnectionFailed,
  HeadersUnusable,
  HttpFailure,
  ServerResting,
  TimedOut,
} from './errors.js';
import type { Connections } from './http/connections.js';
import { download } from './http/download.js';

const LIMITS = { firstByteMs: 5000, silenceMs: 5000, valueMs: 5000 };
/** Not 403: a server may forbid a GET as such. */
const REFUSED = new Set([401, 429]);
const NOT_IMPLEMENTED = 501;

/**
 * Proves that a data API answers. A GET without a question does a server no harm, and any answer will do, unless
 * the server says that it has a problem of its own, too much to do, or does not accept who asks.
 *
 * @throws ConnectionFailed, TimedOut, ServerResting, HeadersUnusable, HttpFailure
 */
export async function proveSource(url: string, connections: Connections): Promise<void> {
  const ended = new AbortController();
  try {
    const { signal } = ended;
    await download({ url, limits: LIMITS, signal, connections }, () => ended.abort());
  } catch (error) {
    if (ended.signal.aborted) return;
    if (isNoAnswer(error)) throw error;
  }
}

function isNoAnswer(error: unknown): boolean {
  if (error instanceof HttpFailure) {
    return REFUSED.has(error.status) || (error.status >= 500 && error.status !== NOT_IMPLEMENTED);
  }
  const kinds = [ConnectionFailed, HeadersUnusable, TimedOut, ServerResting];
  return kinds.some((kind) => error instanceof kind);
}

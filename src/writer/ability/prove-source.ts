import { HttpFailure, ConnectionFailed, ServerResting, TimedOut } from '../../databuffer/errors.js';
import type { Connections } from '../../databuffer/http/connections.js';
import { download } from '../../databuffer/http/download.js';

const LIMITS = { firstByteMs: 5000, silenceMs: 5000, valueMs: 5000 };
const NOT_IMPLEMENTED = 501;

/**
 * Proves that a data API answers. A GET without a question does a server no harm, and any answer will do, unless
 * the server says that it has a problem of its own or too much to do.
 *
 * @throws ConnectionFailed, TimedOut, ServerResting, HttpFailure
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
    return error.status === 429 || (error.status >= 500 && error.status !== NOT_IMPLEMENTED);
  }
  return [ConnectionFailed, TimedOut, ServerResting].some((kind) => error instanceof kind);
}

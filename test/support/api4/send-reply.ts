import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { keepalive } from './frames.js';
import type { ReplyScript } from './reply-script.js';

/** Sends a body as its script has it: whole, or with an end that nobody would wish for. */
export async function sendReply(
  response: ServerResponse,
  pieces: Iterable<Buffer>,
  { ending, keepaliveMs, body, seed }: ReplyScript,
  acceptsGzip: boolean,
): Promise<void> {
  response.setHeader('content-type', 'application/cbor-framed');
  response.setHeader('requestid', 'r-1');
  let parts = pieces;
  if (body === 'gzip' && acceptsGzip) {
    response.setHeader('content-encoding', 'gzip');
    parts = [gzipSync(Buffer.concat([...pieces]))];
  } else if (body === 'length') {
    const whole = [...pieces];
    response.setHeader('content-length', Buffer.concat(whole).length);
    parts = whole;
  }
  if (ending === 'breaks' || ending === 'in a frame') parts = withoutEnd(parts);
  response.flushHeaders();
  for (const piece of parts) {
    if (response.destroyed) return;
    // Each piece of a cut body travels on its own.
    if (seed !== undefined) await new Promise((resolve) => response.write(piece, resolve));
    else if (!response.write(piece)) await drained(response);
  }
  if (ending === undefined || ending === 'in a frame') response.end();
  else if (ending === 'breaks') response.socket?.end();
  else if (keepaliveMs !== undefined) {
    const timer = setInterval(() => response.write(keepalive()), keepaliveMs);
    response.once('close', () => clearInterval(timer));
  }
}

/** Waits until more is taken, or nobody takes it any more. */
async function drained(response: ServerResponse): Promise<void> {
  const over = new AbortController();
  const { signal } = over;
  await Promise.race([once(response, 'drain', { signal }), once(response, 'close', { signal })]);
  over.abort();
}

/** All but the last byte. */
function* withoutEnd(pieces: Iterable<Buffer>): Generator<Buffer> {
  let last: Buffer | undefined;
  for (const piece of pieces) {
    if (piece.length === 0) continue;
    if (last) yield last;
    last = piece;
  }
  if (last) yield last.subarray(0, -1);
}

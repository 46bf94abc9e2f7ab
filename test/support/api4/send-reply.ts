import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { keepalive } from './frames.js';
import type { ReplyScript } from './reply-script.js';

/** Sends a body as its script has it: whole, or with an end that nobody would wish for. */
export async function sendReply(
  response: ServerResponse,
  pieces: Iterable<Buffer>,
  { then, keepaliveMs, body, seed }: ReplyScript,
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
  if (then === 'breaks' || then === 'ends in a frame') parts = withoutEnd(parts);
  response.flushHeaders();
  for (const piece of parts) {
    if (response.destroyed) return;
    // Each piece of a cut body travels on its own.
    if (seed !== undefined) await new Promise((resolve) => response.write(piece, resolve));
    else if (!response.write(piece)) {
      await Promise.race([once(response, 'drain'), once(response, 'close')]);
    }
  }
  if (then === undefined || then === 'ends in a frame') response.end();
  else if (then === 'breaks') response.socket?.end();
  else if (keepaliveMs !== undefined) {
    const timer = setInterval(() => response.write(keepalive()), keepaliveMs);
    response.once('close', () => clearInterval(timer));
  }
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

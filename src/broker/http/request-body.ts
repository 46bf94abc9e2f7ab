import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { BodiesHeld, type BodyHeld } from './bodies-held.js';
import { BodyTooLarge, ClientGone, type TooManyBodies } from './http-errors.js';

/** Bytes of the body of any call: 50,000 names of channels, of any length, have room. */
export const BODY_LIMIT = 16 * 1024 * 1024;

// A client that is told while it still sends may not get the answer, so a body that is not taken is
// read to its end and dropped, for as long as this.
const LINGER_MS = 5000;

/** Reads each call's body, as bytes, into `request.body`; over the limit the call fails. */
export function requestBody(bodies = new BodiesHeld()): RequestHandler {
  return async (request, response, next) => {
    const held = bodies.begin();
    response.once('close', () => held.release());
    try {
      request.body = await readBody(request, held);
    } catch (error) {
      response.setHeader('Connection', 'close');
      throw error;
    }
    next();
  };
}

/** @throws BodyTooLarge, TooManyBodies, ClientGone */
async function readBody(request: IncomingMessage, held: BodyHeld): Promise<Buffer> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared === 0 && !request.headers['transfer-encoding']) return Buffer.alloc(0);
  let chunks: Buffer[] = [];
  let size = 0;
  let refusal: BodyTooLarge | TooManyBodies | undefined;
  let limit: NodeJS.Timeout | undefined;
  const body = new Promise<Buffer>((resolve, reject) => {
    const refuse = (error: BodyTooLarge | TooManyBodies) => {
      refusal = error;
      chunks = [];
      held.release();
      limit ??= setTimeout(() => reject(error), LINGER_MS);
    };
    if (declared > BODY_LIMIT) refuse(new BodyTooLarge(BODY_LIMIT));
    request.on('data', (chunk: Buffer) => {
      if (refusal) return;
      size += chunk.length;
      try {
        if (size > BODY_LIMIT) throw new BodyTooLarge(BODY_LIMIT);
        held.grow(chunk.length);
        chunks.push(chunk);
      } catch (error) {
        refuse(error as BodyTooLarge | TooManyBodies);
      }
    });
    request.on('end', () => (refusal ? reject(refusal) : resolve(Buffer.concat(chunks))));
    request.on('error', () => reject(new ClientGone()));
  });
  return body.finally(() => clearTimeout(limit));
}

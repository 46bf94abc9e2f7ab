import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { BodyTooLarge } from './http-errors.js';

/** For any call, whatever becomes of its body. */
export const BODY_LIMIT = 1024 * 1024;

// A client that is told while it still sends may not get the answer, so a body that is too large is
// read to its end, within reason.
const LINGER_LIMIT = 16 * BODY_LIMIT;

/** Reads each call's body, as bytes, into `request.body`; over the limit the call fails. */
export const requestBody: RequestHandler = async (request, response, next) => {
  try {
    request.body = await readBody(request);
  } catch (error) {
    response.setHeader('Connection', 'close');
    throw error;
  }
  next();
};

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared === 0 && !request.headers['transfer-encoding']) return Buffer.alloc(0);
  if (declared > LINGER_LIMIT) throw new BodyTooLarge(BODY_LIMIT);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += (chunk as Buffer).length;
    if (size <= BODY_LIMIT) chunks.push(chunk as Buffer);
    else if (size > LINGER_LIMIT) break;
  }
  if (size > BODY_LIMIT) throw new BodyTooLarge(BODY_LIMIT);
  return Buffer.concat(chunks);
}

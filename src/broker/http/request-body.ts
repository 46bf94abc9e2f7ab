import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { BodyTooLarge, ClientGone } from './http-errors.js';

/** Bytes of the body of any call. */
export const BODY_LIMIT = 1024 * 1024;

// A client that is told while it still sends may not get the answer, so a body that is too large is
// read to its end and dropped, for as long as this.
const LINGER_MS = 5000;

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

/** @throws BodyTooLarge, ClientGone */
async function readBody(request: IncomingMessage): Promise<Buffer> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared === 0 && !request.headers['transfer-encoding']) return Buffer.alloc(0);
  const chunks: Buffer[] = [];
  let size = 0;
  let limit: NodeJS.Timeout | undefined;
  const body = new Promise<Buffer>((resolve, reject) => {
    const refuse = () => reject(new BodyTooLarge(BODY_LIMIT));
    const linger = () => (limit ??= setTimeout(refuse, LINGER_MS));
    if (declared > BODY_LIMIT) linger();
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= BODY_LIMIT) chunks.push(chunk);
      else linger();
    });
    request.on('end', () => (size > BODY_LIMIT ? refuse() : resolve(Buffer.concat(chunks))));
    request.on('error', () => reject(new ClientGone()));
  });
  return body.finally(() => clearTimeout(limit));
}

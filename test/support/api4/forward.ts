import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { request as ask } from 'undici';

/** Hands questions on to another server, and keeps what they were. */
export function forwardedTo(origin: string) {
  const asked: { readonly method: string; readonly path: string }[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = 'GET', url: path = '/', headers } = request;
    asked.push({ method, path });
    const reply = await ask(new URL(path, origin), {
      method: method as 'GET',
      headers: {
        accept: headers.accept,
        ...(headers['content-type'] && { 'content-type': headers['content-type'] }),
      },
      body: method === 'GET' ? undefined : request,
    });
    const { connection: _own, 'transfer-encoding': _length, ...others } = reply.headers;
    response.writeHead(reply.statusCode, others);
    await pipeline(reply.body, response);
  };
  return { asked, answer };
}

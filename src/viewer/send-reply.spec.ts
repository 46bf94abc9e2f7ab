import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { sendReply } from './send-reply.js';

const MIB = 1024 * 1024;

let server: Server;
let dropped: Promise<unknown>;

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** Answers with pieces until `last`, or `fails`. @returns the client's side of it */
async function reply(
  pieces: number,
  { clientMs = 10_000, fails = false, method = 'GET' } = {},
): Promise<IncomingMessage> {
  let left = pieces;
  dropped = new Promise((resolve) => {
    server = createServer((_request, response) => {
      const next = () => {
        if (left-- > 0) return Promise.resolve(Buffer.alloc(MIB, 1));
        return fails ? Promise.reject(new Error('the process ended')) : Promise.resolve(undefined);
      };
      const head = {
        contentType: 'application/octet-stream',
        length: 100 * MIB,
        fileName: 'a.npy',
      };
      void sendReply({ head, next, drop: () => resolve(left) }, response, clientMs);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const outgoing = get({ host: '127.0.0.1', port, method });
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  return incoming;
}

it('sends all of it, with its headers', async () => {
  const incoming = await reply(100);
  expect(incoming.headers).toMatchObject({
    'content-length': String(100 * MIB),
    'content-disposition': 'attachment; filename="a.npy"',
  });
  let bytes = 0;
  for await (const chunk of incoming) bytes += (chunk as Buffer).length;
  expect(bytes).toBe(100 * MIB);
});

it('reads no more than a client takes, and gives up one that takes nothing', async () => {
  const incoming = await reply(100, { clientMs: 200 });
  const ended = once(incoming, 'error');
  expect(await dropped).toBeGreaterThan(50);
  incoming.resume();
  await ended;
});

it('gives up what nobody waits for any more', async () => {
  const incoming = await reply(Infinity);
  incoming.destroy();
  expect(await dropped).toBe(Infinity);
});

it('breaks off where the reader fails, so that nobody takes a part for the whole', async () => {
  const incoming = await reply(3, { fails: true });
  incoming.resume();
  await once(incoming, 'error');
  expect(incoming.complete).toBe(false);
  await dropped;
});

it('sends headers alone to who wants no more', async () => {
  const incoming = await reply(100, { method: 'HEAD' });
  expect(incoming.headers['content-length']).toBe(String(100 * MIB));
  expect(await dropped).toBe(100);
});

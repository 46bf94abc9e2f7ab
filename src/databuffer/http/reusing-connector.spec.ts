import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { reusingConnector } from './reusing-connector.js';

/** A connected pair. */
async function connected(): Promise<{ ours: Socket; theirs: Socket; close: () => void }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const ours = await new Promise<Socket>((resolve, reject) =>
    reusingConnector({ timeout: 1000 })(
      { hostname: '127.0.0.1', port: String(port), protocol: 'http:' },
      (error, socket) => (error ? reject(error) : resolve(socket)),
    ),
  );
  const [theirs] = await accepted;
  const close = () => {
    ours.destroy();
    server.close();
  };
  return { ours, theirs, close };
}

const pieces = ['first', 'second', 'third', 'fourth', 'fifth'].map((text) => text.repeat(100));

it('reads into memory that it has read into before', async () => {
  const { ours, theirs, close } = await connected();
  const memories = new Set<ArrayBufferLike>();
  for (const piece of pieces) {
    theirs.write(piece);
    await once(ours, 'readable');
    const read = ours.read() as Buffer;
    expect(read.toString()).toBe(piece);
    memories.add(read.buffer);
  }
  expect(memories.size).toBe(2);
  close();
});

it('leaves alone what nobody has taken yet', async () => {
  const { ours, theirs, close } = await connected();
  let sent = '';
  for (const piece of pieces) {
    theirs.write(piece);
    sent += piece;
    while (ours.readableLength < sent.length) await turn();
  }
  expect(String(ours.read())).toBe(sent);
  close();
});

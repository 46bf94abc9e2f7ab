import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { Logger } from '@nestjs/common';
import { Push } from 'zeromq';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { freePort } from '../free-port.fixture.js';
import { IN_OWN_WORDS } from './own-telling.js';
import { ZmqServer } from './zmq-server.js';

const warn = vi.spyOn(Logger.prototype, 'warn').mockReturnValue();
const ends: (() => unknown)[] = [];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  warn.mockClear();
});
afterEach(async () => {
  vi.useRealTimers();
  for (const end of ends.splice(0).reverse()) await end();
});

async function connectTo(address: string): Promise<ZmqServer> {
  const server = new ZmqServer({
    address,
    mode: 'connect',
    onRejected: () => undefined,
    telling: IN_OWN_WORDS,
  });
  ends.push(() => server.close());
  await new Promise<void>((resolve, reject) => {
    void server.listen((error) => (error === undefined ? resolve() : reject(error)));
  });
  return server;
}

const reasons = () => warn.mock.calls.map(([, fields]: unknown[]) => fields);
const eventually = (check: () => unknown) => vi.waitFor(check, { timeout: 10_000 });

it.each([
  ['a host that does not exist', () => 'tcp://no-such-host.invalid:12500', 'the name is not found'],
  ['a port that nobody has', async () => `tcp://127.0.0.1:${await freePort()}`, 'refused'],
])('warns of %s after 5 s and then each minute', async (_what, addressOf, reason) => {
  const address = await addressOf();
  await connectTo(address);
  const warning = { address, reason: expect.stringContaining(reason) };
  vi.advanceTimersByTime(4_999);
  expect(warn).not.toHaveBeenCalled();
  for (let minutes = 0; minutes < 3; minutes++) {
    vi.advanceTimersByTime(minutes === 0 ? 1 : 60_000);
    await eventually(() =>
      expect(reasons()).toEqual(Array.from({ length: minutes + 1 }, () => warning)),
    );
  }
});

it('warns of a server that is not ZMQ', async () => {
  const server = createServer((socket) => void socket.on('error', () => 'closed by the other end'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => server.close());
  const accepted = once(server, 'connection');
  await connectTo(`tcp://127.0.0.1:${(server.address() as AddressInfo).port}`);
  await accepted;
  vi.advanceTimersByTime(5_000);
  await eventually(() =>
    expect(reasons()).toEqual([
      expect.objectContaining({ reason: expect.stringContaining('not answer as ZMQ does') }),
    ]),
  );
});

it('does not warn while connected, and again 5 s after the loss', async () => {
  const push = new Push({ linger: 0 });
  await push.bind('tcp://127.0.0.1:*');
  const server = await connectTo(push.lastEndpoint!);
  await eventually(() => expect(server.isConnected).toBe(true));
  vi.advanceTimersByTime(200_000);
  expect(warn).not.toHaveBeenCalled();
  push.close();
  await eventually(() => expect(server.isConnected).toBe(false));
  vi.advanceTimersByTime(5_000);
  await eventually(() => expect(reasons()).toHaveLength(1));
});

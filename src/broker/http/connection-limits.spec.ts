import { once } from 'node:events';
import { type IncomingMessage, get } from 'node:http';
import { type Socket, connect } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { BrokerFixture } from '../broker.fixture.js';
import { MAX_CONNECTIONS, MAX_PER_ADDRESS } from './connection-limits.js';

let broker: BrokerFixture;
const sockets = new Set<Socket>();

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await broker.remove();
});

/** At once; the kernel forgets some of those that are more than the 511 which wait to be accepted. */
const AT_ONCE = 200;

/** Opens connections that say nothing. @returns those of them that are still open */
async function hold(localAddress: string, count: number): Promise<() => Socket[]> {
  const opened: Socket[] = [];
  while (opened.length < count) {
    const some = Array.from({ length: Math.min(AT_ONCE, count - opened.length) }, () => {
      const socket = connect({ host: '127.0.0.1', port: broker.port, localAddress });
      sockets.add(socket.resume());
      socket.on('error', () => 'it was ended');
      return socket;
    });
    await Promise.all(some.map((socket) => once(socket, 'connect')));
    opened.push(...some);
  }
  return () => opened.filter(({ destroyed, readableEnded }) => !destroyed && !readableEnded);
}

async function callFrom(localAddress: string): Promise<number> {
  const outgoing = get({ port: broker.port, host: '127.0.0.1', path: '/status', localAddress });
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  return response.statusCode!;
}

const logged = (text: string) => broker.log.filter(({ msg }) => String(msg).includes(text));

it('1,100 connections from an address that may not come keep nobody out, and end', async () => {
  broker = await new BrokerFixture().start({ allow_from: ['127.0.0.1'] });
  const open = await hold('127.0.0.2', 1100);
  for (let n = 0; n < 20; n++) expect(await callFrom('127.0.0.1')).toBe(200);
  await expect.poll(() => open().length, { timeout: 10_000 }).toBe(0);
  expect(logged('--allow_from')).toHaveLength(1);
  expect(logged('too many')).toEqual([]);
  expect(await callFrom('127.0.0.2')).toBe(403);
});

it('more than its share from one address end its own that are idle, and nobody else', async () => {
  broker = await new BrokerFixture().start();
  const other = await hold('127.0.0.3', 5);
  const open = await hold('127.0.0.2', MAX_PER_ADDRESS + 50);
  await expect.poll(() => open().length).toBe(MAX_PER_ADDRESS);
  expect(await callFrom('127.0.0.2')).toBe(200);
  expect(await callFrom('127.0.0.1')).toBe(200);
  expect(other()).toHaveLength(5);
  expect(logged('idle connection ended')).toHaveLength(1);
  expect(logged('idle connection ended')[0]).toMatchObject({ peer: '127.0.0.2', limit: 250 });
});

it('those of many addresses end where others come, the longest idle first', async () => {
  broker = await new BrokerFixture().start();
  const first = await hold('127.0.0.2', 10);
  const others = [];
  for (let n = 3; n < 8; n++) others.push(await hold(`127.0.0.${n}`, MAX_CONNECTIONS / 5));
  await expect.poll(() => first().length).toBe(0);
  expect(await callFrom('127.0.0.1')).toBe(200);
  expect(others.at(-1)!()).toHaveLength(MAX_CONNECTIONS / 5);
});

it('connections with a call under way stay, and one too many is dropped', async () => {
  broker = await new BrokerFixture().start();
  // A body that does not come to its end.
  const head = 'PUT /start_pulse_id/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n';
  const busy = await hold('127.0.0.2', MAX_PER_ADDRESS);
  for (const socket of busy()) socket.write(head);
  await expect
    .poll(async () => {
      const [late] = (await hold('127.0.0.2', 1))();
      late?.write(head);
      await callFrom('127.0.0.1');
      return logged('connection dropped').length;
    })
    .toBe(1);
  expect(busy().length).toBeGreaterThan(MAX_PER_ADDRESS - 10);
  expect(await callFrom('127.0.0.1')).toBe(200);
});

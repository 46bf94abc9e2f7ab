import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { GuardedPull, GuardedPush } from './guarded-sockets.js';

/** ZMTP 3.1, security NULL. */
const GREETING = Buffer.from(
  `ff00000000000000017f0301${'4e554c4c'.padEnd(40, '0')}`.padEnd(128, '0'),
  'hex',
);
const EMPTY_MESSAGE = Buffer.from([0, 0]);
const PING = Buffer.from([4, 7, 4, ...Buffer.from('PING'), 0, 1]);

const opened: { close(): void }[] = [];

afterEach(() => {
  for (const socket of opened.splice(0)) socket.close();
});

function ready(type: string): Buffer {
  const length = Buffer.from([0, 0, 0, type.length]);
  const body = Buffer.concat([Buffer.from('\x05READY\x0bSocket-Type'), length, Buffer.from(type)]);
  return Buffer.concat([Buffer.from([4, body.length]), body]);
}

/** A stranger who says that he is a ZMQ socket, up to where messages may follow. */
async function stranger(endpoint: string, type: string): Promise<Socket> {
  const socket = connect(Number(new URL(endpoint).port), '127.0.0.1');
  socket.on('error', () => 'it resets the connection itself');
  socket.write(Buffer.concat([GREETING, ready(type)]));
  let received = 0;
  while (received <= GREETING.length) {
    const [bytes] = (await once(socket, 'data')) as [Buffer];
    received += bytes.length;
  }
  return socket;
}

// Without the guard libzmq aborts the process, the test with it.

it('a puller outlives a peer that is gone before its messages had room', async () => {
  const pull = new GuardedPull({ receiveHighWaterMark: 1, receiveTimeout: 4000 });
  opened.push(pull);
  await pull.bind('tcp://127.0.0.1:*');
  const peer = await stranger(pull.lastEndpoint!, 'PUSH');
  peer.write(Buffer.concat([EMPTY_MESSAGE, EMPTY_MESSAGE, PING, PING]));
  // For libzmq to have read them, and to have seen the end; a shorter time only makes the test easier.
  await sleep(50);
  peer.resetAndDestroy();
  await sleep(50);
  expect(await pull.receive()).toEqual([Buffer.alloc(0)]);
  await sleep(50);
});

it('a pusher that sends heartbeats outlives a peer that floods it and is gone', async () => {
  const push = new GuardedPush({ linger: 0, heartbeatInterval: 20, heartbeatTimeout: 400 });
  opened.push(push);
  await push.bind('tcp://127.0.0.1:*');
  const peer = await stranger(push.lastEndpoint!, 'PULL');
  peer.write(Buffer.concat(Array.from({ length: 2000 }, () => EMPTY_MESSAGE)));
  await sleep(50);
  peer.resetAndDestroy();
  await sleep(100);
  expect(push.closed).toBe(false);
});

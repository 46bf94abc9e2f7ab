import 'reflect-metadata';
import { Controller, Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventPattern, type MicroserviceOptions, Payload } from '@nestjs/microservices';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Pull, type Push } from 'zeromq';
import { OWN_PATTERNS } from '../own-patterns.js';
import { deferred, eventually } from './peers.fixture.js';
import { ZmqServer } from './zmq-server.js';
import { type Fields, numbered, numbersOf, zmqServers } from './zmq-servers.fixture.js';

const { boundPush, closePushes, connected, listening, newPush } = zmqServers();

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

async function disconnected(socket: Push): Promise<void> {
  for await (const { type } of socket.events) if (type === 'disconnect') return;
}

describe('ZmqServer', () => {
  it('logs one line for a failing handler or a failing onRejected, and goes on', async () => {
    const error = vi.spyOn(Logger.prototype, 'error').mockReturnValue();
    const { push, server } = await connected({
      onRejected: () => Promise.reject(new Error('no space')),
    });
    const received: Fields[] = [];
    server.getHandlers().clear();
    server.addHandler(
      'write_request',
      async (data: Fields) => {
        received.push(data);
        throw new Error(`job ${String(data.parameters)}`);
      },
      true,
    );
    await push.send(numbered(1));
    await push.send([Buffer.from('x')]);
    await push.send(numbered(2));
    await eventually(() => expect(numbersOf(received)).toEqual([1, 2]));
    await eventually(() => expect(error).toHaveBeenCalledTimes(3));
    const pattern = 'write_request';
    expect(error.mock.calls).toEqual(
      expect.arrayContaining([
        ['a message could not be handled', { pattern, error: new Error('job 1') }],
        [
          'a rejected message was not kept',
          {
            reason: 'Not understood: message has 1 frames, not 2 or more.',
            error: new Error('no space'),
          },
        ],
        ['a message could not be handled', { pattern, error: new Error('job 2') }],
      ]),
    );
  });

  it('drains the socket whatever a handler takes', async () => {
    const { push, server } = await connected();
    const { promise, resolve } = deferred<void>();
    const received: Fields[] = [];
    server.getHandlers().clear();
    const handler = async (data: Fields) => {
      received.push(data);
      await promise;
    };
    server.addHandler('write_request', handler, true);
    for (let n = 0; n < 3000; n++) await push.send(numbered(n));
    await eventually(() => expect(received).toHaveLength(3000));
    expect(numbersOf(received)).toEqual([...received.keys()]);
    resolve();
  });

  it('waits for a broker that comes later, and connects anew to one that was restarted', async () => {
    const warn = vi.spyOn(Logger.prototype, 'warn').mockReturnValue();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { push, server, received } = await connected();
    const endpoint = push.lastEndpoint!;
    const statuses: string[] = [];
    server.status.subscribe((status) => statuses.push(status));
    await push.send(numbered(1));
    await eventually(() => expect(received).toHaveLength(1));
    closePushes();
    await eventually(() => expect(statuses).toEqual(['connected', 'disconnected']));
    const again = newPush();
    await eventually(() => again.bind(endpoint));
    await again.send(numbered(2));
    await eventually(() => expect(numbersOf(received)).toEqual([1, 2]));
    expect(statuses).toEqual(['connected', 'disconnected', 'connected']);
    // ZMQ does that by itself: a second connection would get a second share of the requests.
    vi.advanceTimersByTime(60_000);
    expect(warn).not.toHaveBeenCalled();
  });

  it('can bind instead, on a free port', async () => {
    const received: Fields[] = [];
    const server = new ZmqServer({
      address: 'tcp://127.0.0.1:*',
      mode: 'bind',
      patterns: OWN_PATTERNS,
      onRejected: (_, error) => expect.unreachable(error.message),
    });
    expect(server.lastEndpoint).toBeNull();
    server.addHandler('write_request', async (data: Fields) => void received.push(data), true);
    await listening(server);
    for (let n = 0; n < 2; n++) {
      const push = newPush();
      push.connect(server.lastEndpoint!);
      await push.send(numbered(n));
    }
    await eventually(() => expect(received).toHaveLength(2));
  });

  it('stops receiving when it is closed, twice if need be', async () => {
    const { push, server, received } = await connected();
    await push.send(numbered(1));
    await eventually(() => expect(received).toHaveLength(1));
    expect(server.unwrap()).toBeInstanceOf(Pull);
    const gone = disconnected(push);
    await server.close();
    await server.close();
    await gone;
    expect(() => server.unwrap()).toThrow(/No socket/);
    const other = new Pull({ receiveTimeout: 100 });
    other.connect(push.lastEndpoint!);
    // ZMQ may still give one to the connection that has just gone.
    await eventually(async () => {
      await push.send(numbered(2));
      await other.receive();
    });
    other.close();
    expect(numbersOf(received)).toEqual([1]);
  });

  it('says so when receiving ends otherwise', async () => {
    vi.spyOn(Logger.prototype, 'error').mockReturnValue();
    const { push, server, received } = await connected();
    const failed = new Promise<Error>((resolve) => server.on('error', resolve));
    // Nobody sets a time-out; here it stands for a socket that fails.
    server.unwrap().receiveTimeout = 1;
    await push.send(numbered(1));
    expect(await failed).toMatchObject({ code: 'EAGAIN' });
    expect(received).toHaveLength(1);
  });

  it.each([
    ['connect', 'nonsense'],
    ['connect', 'tcp://*:1234'],
    ['connect', 'tcp://127.0.0.1:70000'],
    ['bind', 'tcp://no.such.host.invalid:1'],
  ] as const)('refuses to %s to %s', async (mode, address) => {
    const server = new ZmqServer({ address, mode, onRejected: () => undefined });
    await expect(listening(server)).rejects.toMatchObject({ code: 'bad_address', address, mode });
  });

  it('serves a Nest controller', async () => {
    const requests: Fields[] = [];
    @Controller()
    class WriterController {
      @EventPattern('write_request')
      write(@Payload() request: Fields): void {
        requests.push(request);
        if (requests.length === 1) throw new Error('the first one fails');
      }
    }
    class WriterModule {}
    Reflect.defineMetadata('controllers', [WriterController], WriterModule);
    const push = await boundPush();
    const strategy = new ZmqServer({
      address: push.lastEndpoint!,
      mode: 'connect',
      patterns: OWN_PATTERNS,
    });
    const app = await NestFactory.createMicroservice<MicroserviceOptions>(WriterModule, {
      strategy,
      logger: false,
    });
    await app.listen();
    await push.send(numbered(1));
    await push.send(numbered(2));
    await eventually(() => expect(requests).toHaveLength(2));
    expect(requests[1]).toMatchObject({ parameters: '2', timestamp: 1.5 });
    await app.close();
    expect(() => strategy.unwrap()).toThrow(/No socket/);
  });
});

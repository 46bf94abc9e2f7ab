import 'reflect-metadata';
import { Controller, Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventPattern, type MicroserviceOptions, Payload } from '@nestjs/microservices';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Pull, Push } from 'zeromq';
import { TIME, rawFrames, writeRequestFrames } from './frames.fixture.js';
import { MalformedMessage } from './malformed-message.js';
import { closeAll, deferred } from './peers.fixture.js';
import { ZmqServer, type ZmqServerOptions } from './zmq-server.js';

type Fields = Record<string, unknown>;

const servers: ZmqServer[] = [];
const sockets: Push[] = [];

afterEach(async () => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  closeAll(sockets);
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

function listening(server: ZmqServer): Promise<void> {
  servers.push(server);
  return new Promise((resolve, reject) => {
    void server.listen((error) => (error ? reject(error) : resolve()));
  });
}

/** A raw pusher that binds, as a broker does. */
async function newPush(): Promise<Push> {
  const push = new Push({ linger: 0 });
  sockets.push(push);
  await push.bind('tcp://127.0.0.1:*');
  return push;
}

/** A server that keeps what it gets, connected to a raw pusher. */
async function connected(options: Partial<ZmqServerOptions> = {}) {
  const push = await newPush();
  const received: Fields[] = [];
  const rejected: { frames: Buffer[]; error: Error }[] = [];
  const server = new ZmqServer({
    address: push.lastEndpoint!,
    mode: 'connect',
    onRejected: (frames, error) => void rejected.push({ frames, error }),
    ...options,
  });
  server.addHandler('write_request', async (data: Fields) => void received.push(data), true);
  await listening(server);
  return { push, server, received, rejected };
}

const numbered = (n: number) => writeRequestFrames({ parameters: String(n) });
const numbersOf = (received: Fields[]) => received.map(({ parameters }) => Number(parameters));

async function disconnected(socket: Push): Promise<void> {
  for await (const { type } of socket.events) if (type === 'disconnect') return;
}

describe('ZmqServer', () => {
  it('makes a write request of an original broker a plain object, further channels included', async () => {
    const { push, received } = await connected();
    await push.send(
      writeRequestFrames({}, [
        { header: { name: 'request_id', type: 'string' }, value: Buffer.from('r1') },
        { header: { name: '__proto__', type: 'bool' }, value: Buffer.from([1]) },
        {
          header: { name: 'n', type: 'int64', encoding: 'big' },
          value: Buffer.from('0000000000000003', 'hex'),
        },
        { header: { name: 'big', type: 'int64' }, value: Buffer.from('ffffffffffffff7f', 'hex') },
        {
          header: { name: 'list', type: 'int16', shape: [2] },
          value: Buffer.from('01000200', 'hex'),
        },
        // Nobody here looks for these, so it does no harm that they can't be read.
        { header: { name: 'z', type: 'complex128' }, value: Buffer.alloc(16) },
        { header: { name: 'short', type: 'int32' }, value: Buffer.alloc(3) },
      ]),
    );
    await vi.waitFor(() => expect(received).toHaveLength(1));
    expect(JSON.stringify(received[0])).toBe(
      '{"data_api_request":"{\\"channels\\":[]}","parameters":"{\\"output_file\\":\\"/dev/null\\"}",' +
        '"timestamp":1.5,"request_id":"r1","__proto__":true,"n":3,"big":"9223372036854775807","list":[1,2]}',
    );
  });

  it('rejects a write request in which a channel of its own can’t be read', async () => {
    const { push, received, rejected } = await connected();
    const [main, data, ...values] = writeRequestFrames({});
    await push.send([main, data, Buffer.from([0xff]), ...values.slice(1)]);
    await vi.waitFor(() => expect(rejected).toHaveLength(1));
    expect((rejected[0].error as MalformedMessage).message).toContain('"data_api_request"');
    expect(received).toEqual([]);
  });

  it('knows a write request with its channels in any order, and leaves out what is missing', async () => {
    const { push, received } = await connected();
    const none = Buffer.alloc(0);
    await push.send(
      rawFrames({
        data: {
          htype: 'bsr_d-1.1',
          channels: [
            { name: 'timestamp' },
            { name: 'other', type: 'string' },
            { name: 'parameters', type: 'string' },
            { name: 'data_api_request', type: 'string' },
          ],
        },
        values: [none, none, none, none, Buffer.from('{}'), TIME, Buffer.from('[]'), TIME],
      }),
    );
    await vi.waitFor(() => expect(received).toHaveLength(1));
    expect(received[0]).toEqual({ parameters: '{}', data_api_request: '[]' });
  });

  it('hands what is malformed on with its frames, and goes on', async () => {
    const { push, received, rejected } = await connected();
    const noise = Buffer.alloc(10 * 1024 * 1024, 'noise');
    const good = writeRequestFrames();
    const bad = [
      [noise],
      [Buffer.from('{'), Buffer.from('}')],
      good.slice(0, -1),
      [good[0], Buffer.concat([good[1], Buffer.from(' ')]), ...good.slice(2)],
      rawFrames({ data: { htype: 'bsr_d-1.1', channels: [] } }),
    ];
    for (const frames of bad) await push.send(frames);
    await push.send(numbered(1));
    await vi.waitFor(() => expect(received).toHaveLength(1));
    expect(rejected.map(({ error }) => (error as MalformedMessage).code)).toEqual([
      'frame_count',
      'bad_header',
      'frame_count',
      'hash_mismatch',
      'unknown_message',
    ]);
    rejected.forEach(({ frames }, index) => {
      expect(Buffer.concat(frames).equals(Buffer.concat(bad[index]))).toBe(true);
    });
  });

  it('does not take what is larger than allowed, and goes on', async () => {
    const warn = vi.spyOn(Logger.prototype, 'warn').mockReturnValue();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { push, received, rejected } = await connected({ maxMessageSize: 10_000 });
    await push.send([Buffer.alloc(20_000)]);
    // The connection goes with it, and what was sent over it meanwhile.
    await vi.waitFor(() => expect(warn).toHaveBeenCalledOnce(), 5000);
    await push.send(numbered(1));
    await vi.waitFor(() => expect(numbersOf(received)).toEqual([1]));
    expect(rejected).toEqual([]);
  });

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
    await vi.waitFor(() => expect(numbersOf(received)).toEqual([1, 2]));
    await vi.waitFor(() => expect(error).toHaveBeenCalledTimes(3));
    expect(error.mock.calls.map(([line]) => line as string).sort()).toEqual([
      'A rejected message was not kept: no space (Not understood: message has 1 frames, not 2 or more.)',
      'The handler of write_request failed: job 1',
      'The handler of write_request failed: job 2',
    ]);
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
    await vi.waitFor(() => expect(received).toHaveLength(3000));
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
    await vi.waitFor(() => expect(received).toHaveLength(1));
    closeAll(sockets);
    await vi.waitFor(() => expect(statuses).toEqual(['connected', 'disconnected']));
    const again = new Push({ linger: 0 });
    sockets.push(again);
    await vi.waitFor(() => again.bind(endpoint));
    await again.send(numbered(2));
    await vi.waitFor(() => expect(numbersOf(received)).toEqual([1, 2]));
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
      onRejected: (_, error) => expect.unreachable(error.message),
    });
    expect(server.lastEndpoint).toBeNull();
    server.addHandler('write_request', async (data: Fields) => void received.push(data), true);
    await listening(server);
    for (let n = 0; n < 2; n++) {
      const push = new Push({ linger: 0 });
      sockets.push(push);
      push.connect(server.lastEndpoint!);
      await push.send(numbered(n));
    }
    await vi.waitFor(() => expect(received).toHaveLength(2));
  });

  it('stops receiving when it is closed, twice if need be', async () => {
    const { push, server, received } = await connected();
    await push.send(numbered(1));
    await vi.waitFor(() => expect(received).toHaveLength(1));
    expect(server.unwrap()).toBeInstanceOf(Pull);
    const gone = disconnected(push);
    await server.close();
    await server.close();
    await gone;
    expect(() => server.unwrap()).toThrow(/no socket/);
    const other = new Pull();
    other.connect(push.lastEndpoint!);
    await push.send(numbered(2));
    await other.receive();
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
    const push = await newPush();
    const strategy = new ZmqServer({
      address: push.lastEndpoint!,
      mode: 'connect',
      onRejected: () => undefined,
    });
    const app = await NestFactory.createMicroservice<MicroserviceOptions>(WriterModule, {
      strategy,
      logger: false,
    });
    await app.listen();
    await push.send(numbered(1));
    await push.send(numbered(2));
    await vi.waitFor(() => expect(requests).toHaveLength(2));
    expect(requests[1]).toMatchObject({ parameters: '2', timestamp: 1.5 });
    await app.close();
    expect(() => strategy.unwrap()).toThrow(/no socket/);
  });
});

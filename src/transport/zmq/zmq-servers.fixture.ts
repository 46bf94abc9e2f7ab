import { afterEach } from 'vitest';
import { Push } from 'zeromq';
import { writeRequestFrames } from '../bsread/frames.fixture.js';
import { OWN_PATTERNS } from '../own-patterns.js';
import { IN_OWN_WORDS } from './own-telling.js';
import { closeAll } from './peers.fixture.js';
import { ZmqServer, type ZmqServerOptions } from './zmq-server.js';

export type Fields = Record<string, unknown>;

/** A server that is connected to a raw pusher, and what it was sent. */
export interface Connected {
  readonly push: Push;
  readonly server: ZmqServer;
  readonly received: Fields[];
  readonly rejected: { frames: Buffer[]; error: Error }[];
}

/** Servers and raw pushers that are closed after each test. Call it once in a file. */
export function zmqServers() {
  const servers: ZmqServer[] = [];
  const sockets: Push[] = [];
  afterEach(async () => {
    closeAll(sockets);
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });

  function newPush(): Push {
    const push = new Push({ linger: 0 });
    sockets.push(push);
    return push;
  }

  /** One that binds, as a broker does. */
  async function boundPush(): Promise<Push> {
    const push = newPush();
    await push.bind('tcp://127.0.0.1:*');
    return push;
  }

  function listening(server: ZmqServer): Promise<void> {
    servers.push(server);
    return new Promise((resolve, reject) => {
      void server.listen((error) => (error ? reject(error) : resolve()));
    });
  }

  /** A server that keeps what it gets. */
  async function connected(options: Partial<ZmqServerOptions> = {}): Promise<Connected> {
    const push = await boundPush();
    const received: Fields[] = [];
    const rejected: Connected['rejected'] = [];
    const server = new ZmqServer({
      address: push.lastEndpoint!,
      mode: 'connect',
      patterns: OWN_PATTERNS,
      telling: IN_OWN_WORDS,
      onRejected: (frames, error) => void rejected.push({ frames, error }),
      ...options,
    });
    server.addHandler('write_request', async (data: Fields) => void received.push(data), true);
    await listening(server);
    return { push, server, received, rejected };
  }

  return { boundPush, closePushes: () => closeAll(sockets), connected, listening, newPush };
}

/** A write request with a number in it. */
export const numbered = (n: number) => writeRequestFrames({ parameters: String(n) });

/** The numbers of write requests. */
export const numbersOf = (received: readonly Fields[]) =>
  received.map(({ parameters }) => Number(parameters));

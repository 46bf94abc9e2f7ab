import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import { lastValueFrom } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from './peers.fixture.js';
import { ZmqClient } from './zmq-client.js';
import { type Fields, zmqServers } from './zmq-servers.fixture.js';
import { ZmqServer } from './zmq-server.js';

const { listening } = zmqServers();
const clients: ZmqClient[] = [];

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});

const REQUEST = { data_api_request: '{}', parameters: '{}', timestamp: 1 };

/** A client that binds, as a broker, and a server that connects, as a writer. */
async function delivers(bound: string, connected: (port: string) => string): Promise<number> {
  const client = new ZmqClient({ address: bound, linger: 0 });
  clients.push(client);
  await client.connect();
  const received: Fields[] = [];
  const address = connected(client.lastEndpoint!.split(':').at(-1)!);
  const server = new ZmqServer({ address, mode: 'connect', onRejected: () => undefined });
  server.addHandler('write_request', async (data: Fields) => void received.push(data), true);
  await listening(server);
  return arrives(client, received);
}

/** The same the other way round: a broker that binds for reports, a writer that connects. */
async function reports(bound: string, connected: (port: string) => string): Promise<number> {
  const received: Fields[] = [];
  const server = new ZmqServer({ address: bound, mode: 'bind', onRejected: () => undefined });
  server.addHandler('write_request', async (data: Fields) => void received.push(data), true);
  await listening(server);
  const address = connected(server.lastEndpoint!.split(':').at(-1)!);
  const client = new ZmqClient({ address, mode: 'connect', linger: 0 });
  clients.push(client);
  return arrives(client, received);
}

async function arrives(client: ZmqClient, received: readonly Fields[]): Promise<number> {
  await lastValueFrom(client.emit('write_request', REQUEST), { defaultValue: undefined });
  await eventually(() => expect(received).not.toEqual([]));
  return received.length;
}

const hasIPv6 = Object.values(networkInterfaces()).some((all) =>
  all!.some(({ address }) => address === '::1'),
);
const families = (await lookup('localhost', { all: true })).map(({ family }) => family);

describe.runIf(hasIPv6)('sockets of ZMQ', () => {
  it.each([
    ['tcp://[::1]:*', '[::1]'],
    ['tcp://[::]:*', '[::1]'],
    ['tcp://[::]:*', '127.0.0.1'],
    ['tcp://*:*', '[::1]'],
    ['tcp://*:*', '127.0.0.1'],
    ['tcp://*:*', 'localhost'],
    ['tcp://localhost:*', 'localhost'],
    ['tcp://127.0.0.1:*', 'localhost'],
    ['tcp://127.0.0.1:*', '127.0.0.1'],
  ])('at %s take peers that connect to %s', async (bound, host) => {
    expect(await delivers(bound, (port) => `tcp://${host}:${port}`)).toBe(1);
    expect(await reports(bound, (port) => `tcp://${host}:${port}`)).toBe(1);
  });

  it.runIf(families.includes(4) && families.includes(6))(
    'find the one that listens where a name has addresses of both families',
    async () => {
      expect(await delivers('tcp://[::1]:*', (port) => `tcp://localhost:${port}`)).toBe(1);
      expect(await reports('tcp://[::1]:*', (port) => `tcp://localhost:${port}`)).toBe(1);
    },
  );
});

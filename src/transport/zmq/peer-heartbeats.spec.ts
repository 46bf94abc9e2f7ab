import { lastValueFrom } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { Context, Pull } from 'zeromq';
import { closeAll } from './peers.fixture.js';
import { type SilentWay, silentWay } from './silent-way.fixture.js';
import { OWN_PATTERNS } from '../own-patterns.js';
import { ZmqClient } from './zmq-client.js';

const TIMEOUT_MS = 500;
const PEERS = 50;

let client: ZmqClient;
const sockets: Pull[] = [];
const ways: SilentWay[] = [];

afterEach(async () => {
  closeAll(sockets);
  for (const way of ways.splice(0)) way.close();
  await client.close();
});

async function bound(peerTimeout?: number): Promise<ZmqClient> {
  client = new ZmqClient({
    address: 'tcp://127.0.0.1:*',
    linger: 0,
    peerTimeout,
    patterns: OWN_PATTERNS,
  });
  await client.connect();
  return client;
}

function newPull(address: string, options: { context?: Context } = {}): Pull {
  const pull = new Pull({ receiveTimeout: 4000, ...options });
  sockets.push(pull);
  pull.connect(address);
  return pull;
}

const request = (n: number) => ({
  data_api_request: '{}',
  parameters: '{}',
  timestamp: 1,
  request_id: String(n),
});
const emit = (n: number) => lastValueFrom(client.emit('write_request', request(n)));
const peers = async (count: number) =>
  await expect.poll(() => client.connectedPeers, { timeout: 10_000, interval: 1 }).toBe(count);

async function newWay(): Promise<SilentWay> {
  const way = await silentWay(client.lastEndpoint!);
  ways.push(way);
  return way;
}

describe('a pusher that expects answers', () => {
  it('loses a peer whose way went silent, and deals on to the others', async () => {
    await bound(TIMEOUT_MS);
    const way = await newWay();
    newPull(way.address);
    await peers(1);
    const other = newPull(client.lastEndpoint!);
    await peers(2);
    way.goSilent();
    await peers(1);
    expect(client.lostPeers).toBe(1);
    for (let n = 0; n < 4; n++) {
      await emit(n);
      expect(String((await other.receive())[8])).toBe(String(n));
    }
  });

  it('may begin to while peers are connected: they come back, on the same port', async () => {
    await bound();
    const endpoint = client.lastEndpoint;
    const way = await newWay();
    const pull = newPull(endpoint!);
    newPull(way.address);
    await peers(2);
    const begun = client.expectAnswers(TIMEOUT_MS);
    const sent = emit(1);
    await begun;
    expect(client.lastEndpoint).toBe(endpoint);
    await sent;
    await peers(2);
    expect(client.lostPeers).toBe(2);
    way.goSilent();
    await peers(1);
    await emit(2);
    await expect.poll(async () => String((await pull.receive())[8])).toBe('2');
  });

  // With one socket for both, every other run of this left some in connections that ZMQ had given up.
  it('has all peers back each time it begins to', async () => {
    await bound();
    // As other processes: what happens there happens at the same time.
    const context = new Context();
    for (let n = 0; n < PEERS; n++) newPull(client.lastEndpoint!, { context });
    for (let times = 1; times <= 10; times++) {
      await peers(PEERS);
      // Long enough that none is lost for want of an answer, however busy the machine is.
      await client.expectAnswers(20 * TIMEOUT_MS);
      expect(client.lostPeers).toBe(PEERS * times);
    }
    await peers(PEERS);
  });

  it('hands over what waited for a peer while the port was bound anew', async () => {
    await bound();
    const sent = emit(1);
    await client.expectAnswers(TIMEOUT_MS);
    const pull = newPull(client.lastEndpoint!);
    await sent;
    expect(String((await pull.receive())[8])).toBe('1');
  });
});

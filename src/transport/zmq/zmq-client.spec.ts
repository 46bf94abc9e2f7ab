import { connect } from 'node:net';
import { lastValueFrom } from 'rxjs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Pull, Push } from 'zeromq';
import { freePort } from '../free-port.fixture.js';
import { OWN_PATTERNS } from '../own-patterns.js';
import { closeAll, eventually, nextMessage } from './peers.fixture.js';
import { ZmqClient, type ZmqClientOptions } from './zmq-client.js';

const REQUEST = { data_api_request: '{"channels":[]}', parameters: '{"x":"é"}', timestamp: 1.5 };

const clients: ZmqClient[] = [];
const sockets: Pull[] = [];

afterEach(async () => {
  closeAll(sockets);
  await Promise.all(clients.splice(0).map((client) => client.close()));
});

function newClient(options: Partial<ZmqClientOptions> = {}): ZmqClient {
  const client = new ZmqClient({
    address: 'tcp://127.0.0.1:*',
    linger: 0,
    patterns: OWN_PATTERNS,
    ...options,
  });
  clients.push(client);
  return client;
}

/** A raw puller; it takes messages from when it is connected. */
function newPull(endpoint: string, options = {}): Pull {
  const pull = new Pull(options);
  sockets.push(pull);
  pull.connect(endpoint);
  return pull;
}

const emit = (client: ZmqClient, data: object) => lastValueFrom(client.emit('write_request', data));
const numbered = (n: number) => ({ ...REQUEST, request_id: String(n) });
const numberOf = (frames: Buffer[]) => Number(String(frames[8]));

/** Takes all messages, until the socket is closed. */
async function takeAll(pull: Pull, numbers: number[]): Promise<void> {
  for await (const frames of pull) numbers.push(numberOf(frames));
}

/** A client that holds 20 MB, more than the kernel's buffers take, for a peer that does not read. */
async function withFullQueue(linger: number) {
  const client = newClient({ linger });
  await client.connect();
  const pull = newPull(client.lastEndpoint!, { receiveHighWaterMark: 1 });
  const parameters = 'x'.repeat(1_000_000);
  for (let n = 0; n < 20; n++) await emit(client, { ...numbered(n), parameters });
  return { client, pull };
}

describe('ZmqClient', () => {
  it('sends a write request with its further fields behind', async () => {
    const client = newClient();
    await client.connect();
    const pull = newPull(client.lastEndpoint!);
    await emit(client, {
      request_id: 'r1',
      ...REQUEST,
      attempt: 2,
      dispatch: true,
      gone: undefined,
    });
    const frames = await nextMessage(pull);
    const dataHeader = JSON.parse(String(frames[1])) as unknown;
    expect(dataHeader).toEqual({
      htype: 'bsr_d-1.1',
      channels: [
        { name: 'data_api_request', type: 'string', shape: [1], encoding: 'little' },
        { name: 'parameters', type: 'string', shape: [1], encoding: 'little' },
        { name: 'timestamp', type: 'float64', shape: [1], encoding: 'little' },
        { name: 'request_id', type: 'string', shape: [1], encoding: 'little' },
        { name: 'attempt', type: 'float64', shape: [1], encoding: 'little' },
        { name: 'dispatch', type: 'bool', shape: [1], encoding: 'little' },
      ],
    });
    expect([2, 4, 6, 8, 10, 12].map((at) => frames[at].toString('hex'))).toEqual([
      Buffer.from('{"channels":[]}').toString('hex'),
      '7b2278223a22c3a9227d',
      '000000000000f83f',
      '7231',
      '0000000000000040',
      '01',
    ]);
    const main = JSON.parse(String(frames[0])) as Record<string, unknown>;
    expect(main).toMatchObject({ htype: 'bsr_m-1.1', pulse_id: 0 });
    const { sec } = main.global_timestamp as { sec: number };
    expect(Math.abs(sec - Date.now() / 1000)).toBeLessThan(5);
    expect(Number(frames[3].readBigInt64LE(0))).toBe(sec);
  });

  it('delivers what was emitted before any writer was there, in order, and the event loop goes on', async () => {
    const client = newClient({ queueLength: 2 });
    const sent = Array.from({ length: 50 }, (_, n) => emit(client, numbered(n)));
    const settled = vi.fn<() => void>();
    void sent[0].then(settled);
    await eventually(() => expect(client.lastEndpoint).not.toBeNull());
    await new Promise((resolve) => setImmediate(resolve));
    expect(settled).not.toHaveBeenCalled();
    const pull = newPull(client.lastEndpoint!);
    const numbers = [];
    const counters = [];
    for (let n = 0; n < 50; n++) {
      const frames = await nextMessage(pull);
      numbers.push(numberOf(frames));
      counters.push((JSON.parse(String(frames[0])) as { pulse_id: number }).pulse_id);
    }
    await Promise.all(sent);
    expect(numbers).toEqual([...numbers.keys()]);
    expect(counters).toEqual(numbers);
  });

  it('deals out round robin', async () => {
    const client = newClient();
    await client.connect();
    const received = [0, 1].map(() => {
      const numbers: number[] = [];
      void takeAll(newPull(client.lastEndpoint!), numbers);
      return numbers;
    });
    // A connection counts before its handshake: each writer is there once it has a message.
    let sent = 0;
    for (; received.some(({ length }) => length === 0); sent++) await emit(client, numbered(-1));
    // A writer that is behind is passed over.
    await eventually(() => expect(received.flat()).toHaveLength(sent));
    for (let n = 0; n < 10; n++) await emit(client, numbered(n));
    await eventually(() => expect(received.flat()).toHaveLength(sent + 10));
    const dealt = received.map((numbers) => numbers.filter((number) => number >= 0));
    expect(new Set(dealt.map(([first]) => first))).toEqual(new Set([0, 1]));
    for (const numbers of dealt) {
      expect(numbers).toEqual([0, 2, 4, 6, 8].map((n) => numbers[0] + n));
    }
  });

  it('counts the peers and tells when they come and go', async () => {
    const client = newClient();
    const statuses: string[] = [];
    client.status.subscribe((status) => statuses.push(status));
    await client.connect();
    expect(client.connectedPeers).toBe(0);
    newPull(client.lastEndpoint!);
    newPull(client.lastEndpoint!);
    await eventually(() => expect(client.connectedPeers).toBe(2));
    closeAll(sockets);
    await eventually(() => expect(client.connectedPeers).toBe(0));
    expect(statuses).toEqual(['connected', 'disconnected']);
  });

  it('does not count a connection that never says that it is ZMQ', async () => {
    const client = newClient();
    await client.connect();
    const silent = connect(Number(new URL(client.lastEndpoint!).port), '127.0.0.1');
    await new Promise((resolve) => silent.on('connect', resolve));
    newPull(client.lastEndpoint!);
    await eventually(() => expect(client.connectedPeers).toBe(1));
    silent.destroy();
    closeAll(sockets);
    await eventually(() => expect(client.connectedPeers).toBe(0));
  });

  it('may connect instead, before anybody is there and again after a loss', async () => {
    const address = `tcp://127.0.0.1:${await freePort()}`;
    const client = newClient({ address, mode: 'connect' });
    await client.connect();
    expect(client.lastEndpoint).toBe(address);
    for (const text of ['{"kind":"goodbye"}', '{}']) {
      const sent = lastValueFrom(client.emit('write_report', { write_report: text }));
      const pull = new Pull();
      sockets.push(pull);
      await eventually(() => pull.bind(address));
      await sent;
      const frames = await nextMessage(pull);
      expect(String(frames[1])).toContain('"name":"write_report","type":"string"');
      expect(String(frames[2])).toBe(text);
      // The event of the connection may come after the message.
      await eventually(() => expect(client.connectedPeers).toBe(1));
      await pull.unbind(address);
      closeAll(sockets);
      await eventually(() => expect(client.connectedPeers).toBe(0));
    }
  });

  it('hands nothing to a connection that does not speak ZMQ', async () => {
    const client = newClient();
    await client.connect();
    const sent = emit(client, numbered(1));
    const browser = connect(Number(new URL(client.lastEndpoint!).port), '127.0.0.1');
    const refused = new Promise((resolve) => browser.on('close', resolve));
    browser.on('error', () => 'a reset is what it should get');
    browser.resume().write('GET / HTTP/1.1\r\n\r\n');
    await refused;
    const pull = newPull(client.lastEndpoint!);
    await sent;
    expect(numberOf(await nextMessage(pull))).toBe(1);
    await eventually(() => expect(client.connectedPeers).toBe(1));
  });

  it('fails what waits when it is closed, and what comes after', async () => {
    const client = newClient();
    const sent = [emit(client, numbered(0)), emit(client, numbered(1))];
    const outcomes = Promise.allSettled(sent);
    await eventually(() => expect(client.lastEndpoint).not.toBeNull());
    await client.close();
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'transport_closed' } });
    }
    await expect(emit(client, REQUEST)).rejects.toMatchObject({ code: 'transport_closed' });
    await client.close();
  });

  it('still delivers what ZMQ holds while it is closed', async () => {
    const { client, pull } = await withFullQueue(5000);
    const closed = client.close();
    const numbers = [];
    for (let n = 0; n < 20; n++) numbers.push(numberOf(await nextMessage(pull)));
    expect(numbers).toEqual([...numbers.keys()]);
    await closed;
  });

  it('is closed after the linger time at the latest, however slow the peer', async () => {
    const { client } = await withFullQueue(50);
    const started = performance.now();
    await client.close();
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('names the address and the remedy when the port is taken, and tries again at the next call', async () => {
    const address = `tcp://127.0.0.1:${await freePort()}`;
    const first = newClient({ address });
    await first.connect();
    const second = newClient({ address });
    await expect(second.connect()).rejects.toMatchObject({
      code: 'address_in_use',
      message: `Can't bind '${address}': the port is in use; stop the process that has it, or choose another port.`,
    });
    await expect(emit(second, REQUEST)).rejects.toMatchObject({ code: 'address_in_use' });
    await first.close();
    await second.connect();
    expect(second.lastEndpoint).toBe(address);
  });

  it.each([
    ['nonsense', 'give tcp://<host>:<port>'],
    ['tcp://127.0.0.1', 'give tcp://<host>:<port>'],
    ['tcp://127.0.0.1:70000', 'the port from 1 to 65535'],
    ['tcp://no.such.host.invalid:1', 'the host is not found'],
    ['tcp://300.1.1.1:1', 'the host is not found'],
  ])('refuses to bind %s', async (address, remedy) => {
    await expect(newClient({ address }).connect()).rejects.toMatchObject({
      code: 'bad_address',
      message: expect.stringMatching(new RegExp(`'${address}': .*${remedy}`)) as string,
    });
  });

  it('binds a free port for 0 as well', async () => {
    const client = newClient({ address: 'tcp://127.0.0.1:0' });
    await client.connect();
    expect(client.lastEndpoint).toMatch(/^tcp:\/\/127\.0\.0\.1:[1-9]\d*$/);
  });

  it('refuses what it has no form for: replies, values, what another pattern has', async () => {
    const client = newClient();
    await expect(lastValueFrom(client.send('write_request', REQUEST))).rejects.toMatchObject({
      code: 'no_replies',
    });
    for (const data of [12n, () => 1, { list: [new Map(), 1n] }]) {
      await expect(lastValueFrom(client.emit('toString', data))).rejects.toMatchObject({
        code: 'unencodable_data',
        message: expect.stringContaining("'toString'") as string,
      });
    }
    await expect(
      lastValueFrom(client.emit('write_report', { ...REQUEST, write_report: '' })),
    ).rejects.toMatchObject({
      code: 'ambiguous_message',
      takenFor: 'write_request',
    });
    // As its only channel it would be a report.
    const other = newClient({ patterns: { report: { text: 'string' } } });
    await expect(lastValueFrom(other.emit('text', {}))).rejects.toMatchObject({
      code: 'ambiguous_message',
    });
    for (const data of [
      { ...REQUEST, parameters: undefined },
      { ...REQUEST, extra: {} },
    ]) {
      await expect(emit(client, data)).rejects.toMatchObject({ code: 'unencodable_value' });
    }
    const pull = newPull(client.lastEndpoint!);
    await emit(client, REQUEST);
    // Nothing of the refused was counted.
    expect(String((await nextMessage(pull))[0])).toContain('"pulse_id":0');
  });

  it('gives its socket', async () => {
    const client = newClient({ queueLength: 7 });
    expect(() => client.unwrap()).toThrow(/No socket/);
    await client.connect();
    expect(client.unwrap()).toBeInstanceOf(Push);
    expect(client.unwrap().sendHighWaterMark).toBe(7);
  });
});

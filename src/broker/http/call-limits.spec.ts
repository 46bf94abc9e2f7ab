import { once } from 'node:events';
import { type IncomingMessage, get, request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { BrokerFixture } from '../broker.fixture.js';
import { MAX_READERS } from '../requests/event-streams.js';

let broker: BrokerFixture;

afterEach(() => broker.remove());

const put = () => broker.call('PUT', '/start_pulse_id/5');

describe('calls a second from one address', () => {
  it('are answered up to the limit, and 429 says when to go on', async () => {
    broker = await new BrokerFixture().start({ calls_per_second: 5 });
    const replies = await Promise.all(Array.from({ length: 8 }, put));
    const refused = replies.filter(({ status }) => status !== 200);
    expect(refused).toHaveLength(3);
    for (const { status, headers, json } of refused) {
      expect(status).toBe(429);
      expect(headers['retry-after']).toBe('1');
      const text = expect.stringMatching(
        /^127\.0\.0\.1 made more than 5 calls.*--calls_per_second/,
      );
      expect(json).toEqual({ state: 'error', status: text, message: text });
    }
    expect(broker.log.filter(({ http_status }) => http_status === 429)).toHaveLength(1);
    expect((await broker.call('POST', '/requests', { body: {} })).status).toBe(429);
    expect((await broker.call('GET', '/kill')).status).toBe(429);
    await expect.poll(async () => (await put()).status, { timeout: 2000 }).toBe(200);
  });

  it('may look as often as they like, and what is refused for another reason does not count', async () => {
    broker = await new BrokerFixture().start({ calls_per_second: 1 });
    const looks = Array.from({ length: 50 }, () => broker.call('GET', '/status'));
    const headers = { Origin: 'https://example.org' };
    const foreign = Array.from({ length: 5 }, () => broker.call('GET', '/stop', { headers }));
    expect((await Promise.all(looks)).every(({ status }) => status === 200)).toBe(true);
    expect((await Promise.all(foreign)).every(({ status }) => status === 403)).toBe(true);
    expect((await put()).status).toBe(200);
    expect((await put()).status).toBe(429);
  });

  it('leave those from another one alone', async () => {
    broker = await new BrokerFixture().start({ calls_per_second: 1 });
    const statusFrom = async (localAddress: string) => {
      const { port } = broker;
      const path = '/start_pulse_id/5';
      const call = request({ host: '127.0.0.1', port, localAddress, method: 'PUT', path }).end();
      const [response] = (await once(call, 'response')) as [IncomingMessage];
      response.resume();
      return response.statusCode;
    };
    expect(await statusFrom('127.0.0.2')).toBe(200);
    expect(await statusFrom('127.0.0.2')).toBe(429);
    expect(await statusFrom('127.0.0.3')).toBe(200);
  });

  it('are not counted with 0', async () => {
    broker = await new BrokerFixture().start({ calls_per_second: 0 });
    const replies = await Promise.all(Array.from({ length: 200 }, put));
    expect(replies.every(({ status }) => status === 200)).toBe(true);
  });
});

it('gives clients 10 s for the headers of a call, and a minute for all of it', async () => {
  broker = await new BrokerFixture().start();
  const server = broker.app.getHttpServer();
  expect(server).toMatchObject({ headersTimeout: 10_000, requestTimeout: 60_000 });
});

it('has no more than so many readers of events', async () => {
  broker = await new BrokerFixture().start();
  const read = async () => {
    const outgoing = get({ host: '127.0.0.1', port: broker.port, path: '/events', agent: false });
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    return response.on('error', () => 'closed by us');
  };
  const readers = await Promise.all(Array.from({ length: MAX_READERS }, read));
  expect(readers.every(({ statusCode }) => statusCode === 200)).toBe(true);
  const refused = await broker.call('GET', '/events');
  expect(refused).toMatchObject({ status: 503, json: { state: 'error' } });
  expect(refused.headers['retry-after']).toBe('10');
  for (const reader of readers) reader.destroy();
  await expect
    .poll(async () => {
      const response = await read();
      response.destroy();
      return response.statusCode;
    })
    .toBe(200);
});

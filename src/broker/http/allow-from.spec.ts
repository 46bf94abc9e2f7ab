import { once } from 'node:events';
import { type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, expect, it } from 'vitest';
import { Pull } from 'zeromq';
import { BrokerFixture, PARAMETERS } from '../broker.fixture.js';

let broker: BrokerFixture;

afterEach(() => broker.remove());

/** A call from another address of this machine. */
async function callFrom(localAddress: string, path: string, headers: OutgoingHttpHeaders = {}) {
  const outgoing = request({ host: '127.0.0.1', port: broker.port, localAddress, path, headers });
  outgoing.end();
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  const body = await text(response);
  return { status: response.statusCode, json: body ? (JSON.parse(body) as unknown) : undefined };
}

const text403 = expect.stringMatching(/127\.0\.0\.2 may not use.*--allow_from/);
const refused = { status: 403, json: { state: 'error', status: text403, message: text403 } };

it('answers those in the list and nobody else, whatever they claim to be', async () => {
  broker = await new BrokerFixture().start({ allow_from: ['10.0.0.0/8,127.0.0.1'] });
  expect((await broker.call('POST', '/parameters', { body: PARAMETERS })).status).toBe(200);
  const claims = { 'X-Forwarded-For': '127.0.0.1', Forwarded: 'for=127.0.0.1', Host: 'a.example' };
  for (const path of ['/status', '/stop', '/kill', '/docs', '/nothing', '/requests', '/events']) {
    expect(await callFrom('127.0.0.2', path, claims)).toEqual(refused);
  }
  expect(await broker.statusWord()).toBe('configured');
  expect(await broker.statistics()).toMatchObject({ calls_failed: 7 });
  const logged = broker.log.filter(({ msg }) => msg === 'call failed');
  expect(logged).toHaveLength(1);
  expect(logged[0]).toMatchObject({ path: '/status', http_status: 403 });
});

it('has no exception for this machine', async () => {
  broker = await new BrokerFixture().start({ allow_from: ['127.0.0.2'] });
  expect((await callFrom('127.0.0.2', '/status')).status).toBe(200);
  expect((await broker.call('GET', '/status')).status).toBe(403);
});

it('is open to all by default', async () => {
  broker = await new BrokerFixture().start();
  expect((await callFrom('127.0.0.2', '/status')).status).toBe(200);
});

it('keeps writers from elsewhere away', async () => {
  broker = await new BrokerFixture().start({ allow_from: ['127.0.0.1'] });
  const connect = (source: string, receiveTimeout: number) => {
    const pull = new Pull({ linger: 0, receiveTimeout });
    pull.connect(broker.output.replace('//', `//${source}:0;`));
    return pull;
  };
  const stranger = connect('127.0.0.2', 300);
  await expect.poll(async () => (await broker.statistics()).peers_refused).toBe(1);
  const writer = connect('127.0.0.1', 10_000);
  await expect.poll(async () => (await broker.statistics()).writers_connected).toBe(1);
  for (const [method, path] of [
    ['POST', '/parameters'],
    ['PUT', '/start_pulse_id/1'],
    ['PUT', '/stop_pulse_id/2'],
  ]) {
    await broker.call(method, path, method === 'POST' ? { body: PARAMETERS } : {});
  }
  // Two headers, and two frames for each of eight channels: no writer has said that it heeds a handling.
  expect(await writer.receive()).toHaveLength(18);
  await expect(stranger.receive()).rejects.toMatchObject({ code: 'EAGAIN' });
  expect(broker.log).toContainEqual(
    expect.objectContaining({ peer: '127.0.0.2', msg: expect.stringContaining('--allow_from') }),
  );
  for (const pull of [stranger, writer]) pull.close();
});

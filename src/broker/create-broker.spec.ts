import { readFileSync, statSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BrokerFixture, PARAMETERS } from './broker.fixture.js';
import { Shutdown } from './process/shutdown.js';

let broker: BrokerFixture;

beforeEach(() => {
  broker = new BrokerFixture();
});

afterEach(() => broker.remove());

describe('GET /kill', () => {
  it('answers, asks for the end, and the acquisition is there after the next start', async () => {
    await broker.start();
    await broker.call('POST', '/parameters', { body: PARAMETERS });
    expect(await broker.call('GET', '/kill')).toMatchObject({ status: 200, text: '' });
    await broker.app.get(Shutdown).requested;
    await broker.app.close();
    await expect(broker.call('GET', '/status')).rejects.toThrow('ECONNREFUSED');
    await broker.start();
    expect(await broker.statusWord()).toBe('configured');
  });

  it('lets calls under way finish', async () => {
    await broker.start();
    await broker.call('POST', '/parameters', { body: PARAMETERS });
    await broker.call('PUT', '/start_pulse_id/1');
    const [stop] = await Promise.all([
      broker.call('PUT', '/stop_pulse_id/2'),
      broker.call('GET', '/kill'),
      broker.app.get(Shutdown).requested.then(() => broker.app.close()),
    ]);
    expect(stop).toMatchObject({ status: 200, text: '' });
    expect(broker.recorded()).toHaveLength(1);
  });
});

describe('--shutdown_grace', () => {
  it('is what clients that dawdle have, and nobody waits for longer', async () => {
    await broker.start({ shutdown_grace: 0.3 });
    const slow = connect({ port: broker.port, host: '127.0.0.1' });
    slow.on('error', () => 'a reset is what it gets');
    slow.write('POST /parameters HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n{');
    await expect.poll(async () => connections(broker)).toBe(1);
    const [begun, gone] = [performance.now(), once(slow, 'close')];
    await broker.stop();
    const took = performance.now() - begun;
    expect(took).toBeGreaterThan(290);
    expect(took).toBeLessThan(3000);
    await gone;
  });

  function connections({ app }: BrokerFixture): Promise<number> {
    const server = app.getHttpServer() as Server;
    return new Promise((resolve) => server.getConnections((_error, count) => resolve(count)));
  }
});

describe('an exception that nobody expected', () => {
  it('is answered with 500 and no internals, and the broker goes on', async () => {
    await broker.start({}, (app) =>
      app.use('/boom', () => {
        throw new Error('secret of line 5');
      }),
    );
    expect(await broker.call('GET', '/boom')).toMatchObject({
      status: 500,
      json: { state: 'error', status: expect.not.stringContaining('secret') },
    });
    expect(await broker.statusWord()).toBe('stopped');
  });
});

describe('a broker whose port is taken', () => {
  let other: Server;
  let port: number;

  beforeEach(async () => {
    other = createServer();
    await once(other.listen(0, '127.0.0.1'), 'listening');
    port = (other.address() as AddressInfo).port;
  });

  afterEach(() => void other.close());

  it('says so for calls', async () => {
    await expect(broker.start({ rest_port: port })).rejects.toMatchObject({
      code: 'rest_address_unusable',
      message: expect.stringMatching(new RegExp(`port ${port}: .*in use.*--rest_port`)),
    });
  });

  it('says so for writers, and closes what it opened', async () => {
    await expect(broker.start({ output_port: port })).rejects.toMatchObject({
      code: 'address_in_use',
      message: expect.stringMatching(new RegExp(`:${port}: the port is in use.*--output_port`)),
    });
    await broker.start();
    expect(await broker.statusWord()).toBe('stopped');
  });
});

describe('a broker on the trail of another', () => {
  it('does not start, and leaves the acquisition under way alone', async () => {
    await broker.start();
    await broker.call('POST', '/parameters', { body: PARAMETERS });
    await broker.call('PUT', '/start_pulse_id/1');
    const file = `${broker.trailFile}.acquisition`;
    const before = [statSync(file).ino, readFileSync(file, 'utf8')];
    const second = new BrokerFixture();
    const settings = { audit_file: broker.trailFile, rest_port: broker.port };
    await expect(second.start(settings)).rejects.toMatchObject({ code: 'trail_in_use' });
    await second.remove();
    expect([statSync(file).ino, readFileSync(file, 'utf8')]).toEqual(before);
    await broker.call('PUT', '/stop_pulse_id/2');
    expect(broker.recorded()).toHaveLength(1);
  });
});

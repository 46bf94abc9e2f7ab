import { writeFileSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BrokerFixture, PARAMETERS } from './broker.fixture.js';

let broker: BrokerFixture;

beforeEach(() => {
  broker = new BrokerFixture();
});

afterEach(() => broker.remove());

const post = (change: object = {}) =>
  broker.call('POST', '/parameters', { body: { ...PARAMETERS, ...change } });
const start = (pulseId: number) => broker.call('PUT', `/start_pulse_id/${pulseId}`);
const stop = (pulseId: number) => broker.call('PUT', `/stop_pulse_id/${pulseId}`);
const logged = (level: string) => broker.log.filter((line) => line.level === level);

describe('the log', () => {
  it('names request, file and range of what is recorded, and how many are left open', async () => {
    await broker.start();
    await post();
    await start(1);
    await stop(2);
    await broker.stop();
    const [{ request_id }] = broker.recorded();
    const output_file = join(broker.folder, 'a.h5');
    const fields = { request_id, output_file, start_pulse_id: 1, stop_pulse_id: 2 };
    expect(logged('INFO')).toContainEqual(
      expect.objectContaining({ msg: 'request recorded', ...fields }),
    );
    expect(logged('INFO')).toContainEqual(
      expect.objectContaining({
        msg: expect.stringContaining('left to the next start'),
        requests: 1,
      }),
    );
  });

  it('names what is abandoned, and nothing where nothing is', async () => {
    await broker.start();
    await post();
    await post({ output_file: 'b.h5' });
    await start(1);
    await start(1);
    await post({ output_file: 'b.h5' });
    expect(logged('WARNING')).toEqual([]);
    await start(5);
    await post({ output_file: 'c.h5' });
    await broker.call('GET', '/stop');
    await broker.call('GET', '/stop');
    expect(logged('WARNING')).toMatchObject([
      { abandoned_start_pulse_id: 1, start_pulse_id: 5 },
      { abandoned_output_file: join(broker.folder, 'b.h5'), start_pulse_id: 5 },
      { msg: 'acquisition given up', output_file: join(broker.folder, 'c.h5'), start_pulse_id: 5 },
    ]);
  });

  it('has a line for each call that failed, with reason and code', async () => {
    await broker.start();
    await stop(1);
    await broker.call('PUT', '/start_pulse_id/abc');
    await vi.waitFor(() => expect(logged('WARNING')).toHaveLength(1), { timeout: 5000 });
    expect(logged('WARNING')).toMatchObject([
      {
        msg: 'call failed',
        method: 'PUT',
        path: '/start_pulse_id/abc',
        http_status: 400,
        error: expect.stringContaining('[invalid_pulse_id]'),
      },
    ]);
  });

  it('warns of a client that goes away in mid-body, which is no failed call', async () => {
    await broker.start();
    const socket = connect(broker.port, '127.0.0.1');
    socket.write('POST /parameters HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\n{"a');
    const arrived = once(broker.app.getHttpServer() as NodeJS.EventEmitter, 'request');
    await arrived;
    socket.resetAndDestroy();
    await vi.waitFor(() => expect(logged('WARNING')).toHaveLength(1), {
      timeout: 4000,
      interval: 5,
    });
    expect(logged('WARNING')).toMatchObject([{ msg: 'client went away', path: '/parameters' }]);
    expect(logged('ERROR')).toEqual([]);
    expect(await broker.statistics()).toMatchObject({ calls_failed: 0 });
  });

  it('has nothing of an address in use, which is thrown', async () => {
    const other = createServer();
    await once(other.listen(0, '127.0.0.1'), 'listening');
    const { port } = other.address() as AddressInfo;
    await expect(broker.start({ rest_port: port })).rejects.toThrow(String(port));
    expect(logged('ERROR')).toEqual([]);
    other.close();
  });

  it('tells a channel list once a change', async () => {
    const list = join(broker.folder, 'channels');
    await broker.start({ channels_file: list });
    await post({ channels: undefined });
    await broker.statistics();
    const problems = () => logged('ERROR').filter(({ file }) => file === list);
    expect(problems()).toMatchObject([
      { error: "can't be read: it does not exist", channels_kept: 0 },
    ]);
    writeFileSync(list, 'A\nB');
    await broker.statistics();
    await broker.statistics();
    writeFileSync(list, 'A/B');
    await broker.statistics();
    await broker.statistics();
    expect(problems()).toHaveLength(2);
    expect(problems()[1]).toMatchObject({ channels_kept: 2 });
    expect(logged('INFO').filter(({ msg }) => msg === 'channel list read')).toMatchObject([
      { file: list, channels: 2 },
    ]);
  });
});

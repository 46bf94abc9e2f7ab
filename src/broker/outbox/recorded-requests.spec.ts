import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Pull } from 'zeromq';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BrokerFixture, PARAMETERS, outline } from '../broker.fixture.js';

let broker: BrokerFixture;

beforeEach(() => {
  broker = new BrokerFixture();
});

afterEach(() => broker.remove());

async function acquire(first: number, last: number, change: object = {}): Promise<void> {
  await broker.call('POST', '/parameters', { body: { ...PARAMETERS, ...change } });
  await broker.call('PUT', `/start_pulse_id/${first}`);
  const { status } = await broker.call('PUT', `/stop_pulse_id/${last}`);
  expect(status).toBe(200);
}

function until(condition: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(condition, { timeout: 10_000, interval: 10 });
}

describe('recorded requests', () => {
  it('wait for a writer, and are handed over in their order as they stand in the trail', async () => {
    await broker.start();
    const before = performance.now();
    await acquire(1, 2, { channels: ['A', 'C:FPICTURE'] });
    await acquire(3, 4);
    expect(performance.now() - before).toBeLessThan(1000);
    expect(await broker.statistics()).toMatchObject({
      n_processed_requests: 2,
      requests_queued: 3,
      requests_sent: 0,
      writers_connected: 0,
      last_sent_write_request: broker.recorded()[2],
      last_sent_write_request_time: expect.stringMatching(/^\d{8}-\d{6}$/),
    });

    const writer = new Pull();
    writer.connect(broker.output);
    for (const { data_api_request, parameters, timestamp, request_id } of broker.recorded()) {
      const frames = await writer.receive();
      const { channels } = JSON.parse(String(frames[1])) as { channels: { name: string }[] };
      const value = (name: string) =>
        frames[2 + 2 * channels.findIndex((channel) => channel.name === name)];
      expect(channels.slice(0, 3).map(({ name }) => name)).toEqual([
        'data_api_request',
        'parameters',
        'timestamp',
      ]);
      expect(String(value('data_api_request'))).toBe(data_api_request);
      expect(String(value('parameters'))).toBe(parameters);
      expect(value('timestamp').readDoubleLE()).toBe(timestamp);
      expect(String(value('request_id'))).toBe(request_id);
    }
    await until(async () =>
      expect(await broker.statistics()).toMatchObject({
        requests_queued: 0,
        requests_sent: 3,
        writers_connected: 1,
      }),
    );
    writer.close();
  });

  it('are only recorded with --audit_trail_only, and marked so', async () => {
    await broker.start({ audit_trail_only: true });
    await acquire(1, 2);
    expect(broker.recorded()).toEqual([expect.objectContaining({ dispatch: false })]);
    expect(await broker.statistics()).toMatchObject({
      n_processed_requests: 1,
      requests_recorded: 1,
      requests_queued: 0,
      last_sent_write_request: null,
      audit_trail_only: true,
    });
  });

  it('do not keep a broker without writers from ending', async () => {
    await broker.start();
    await acquire(1, 2);
    await broker.stop();
    expect(broker.recorded().map(outline)).toMatchObject([{ pulses: [1, 2] }]);
  });
});

describe('the EPICS writer', () => {
  let server: Server;
  let received: { method?: string; type?: string; body: unknown }[];
  let texts: string[];
  let answer: number | 'none';

  beforeEach(async () => {
    received = [];
    texts = [];
    answer = 200;
    server = createServer((request, response) => void receive(request, response));
    await once(server.listen(0, '127.0.0.1'), 'listening');
  });

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, headers } = request;
    texts.push(await text(request));
    const body: unknown = JSON.parse(texts.at(-1)!);
    received.push({ method, type: headers['content-type'], body });
    if (answer !== 'none') response.writeHead(answer).end();
  }

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/notify`;

  it('is told once of an acquisition, with the parameters as posted', async () => {
    await broker.start({ epics_writer_url: url() });
    await acquire(1, 2, { channels: ['A', 'C:FPICTURE'] });
    await acquire(3, 4, { channels: ['C:FPICTURE'] });
    await until(() => expect(received).toHaveLength(2));
    const byStart = received.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    expect(byStart).toEqual(
      [
        [1, 2, ['A', 'C:FPICTURE']],
        [3, 4, ['C:FPICTURE']],
      ]
        .map(([startPulseId, endPulseId, channels]) => ({
          method: 'PUT',
          type: 'application/json',
          body: {
            range: { startPulseId, endPulseId },
            parameters: { ...PARAMETERS, channels },
          },
        }))
        .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    );
    await until(async () =>
      expect(await broker.statistics()).toMatchObject({ epics_notifications_sent: 2 }),
    );
  });

  it('has not taken what it sends elsewhere', async () => {
    await broker.start({ epics_writer_url: url() });
    answer = 302;
    await acquire(1, 2);
    await until(async () =>
      expect(await broker.statistics()).toMatchObject({
        epics_notifications_sent: 0,
        epics_notifications_failed: 1,
      }),
    );
  });

  it('is told numbers as they came', async () => {
    await broker.start({ epics_writer_url: url() });
    const body = JSON.stringify(PARAMETERS).replace(/}$/, ',"n":[1.0,9007199254740993]}');
    const headers = { 'Content-Type': 'application/json' };
    await broker.call('POST', '/parameters', { body, headers });
    await broker.call('PUT', '/start_pulse_id/1');
    await broker.call('PUT', '/stop_pulse_id/2');
    await until(() => expect(texts).toHaveLength(1));
    expect(texts[0]).toContain(`"parameters":${body}`);
  });

  it('is not told with --audit_trail_only', async () => {
    await broker.start({ epics_writer_url: url(), audit_trail_only: true });
    await acquire(1, 2);
    await broker.stop();
    expect(received).toEqual([]);
  });

  it('may fail or be silent: the acquisition is neither failed nor delayed', async () => {
    await broker.start({ epics_writer_url: url() });
    answer = 500;
    await acquire(1, 2);
    await until(async () =>
      expect(await broker.statistics()).toMatchObject({ epics_notifications_failed: 1 }),
    );
    answer = 'none';
    const before = performance.now();
    await acquire(3, 4);
    expect(performance.now() - before).toBeLessThan(1000);
    expect(broker.recorded()).toHaveLength(2);
    server.closeAllConnections();
    server.close();
    await acquire(5, 6);
    expect(broker.recorded()).toHaveLength(3);
    await until(async () =>
      expect(await broker.statistics()).toMatchObject({ epics_notifications_failed: 3 }),
    );
  });
});

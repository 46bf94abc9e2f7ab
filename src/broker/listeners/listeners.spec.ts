import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BrokerFixture } from '../broker.fixture.js';
import { valueIn } from '../../monitoring/exposition.fixture.js';
import { ReportingWriter } from '../reporting-writer.fixture.js';
import {
  FacilityListener,
  HAS_RABBITMQ,
  RABBITMQ,
  connectToRabbitmq,
} from './facility-listener.fixture.js';

const FAILED = {
  state: 'failed',
  channels: [],
  rows: 0,
  failure: { code: 'source_down', message: 'it is away', faults: ['source'], passes: true },
} as const;

let broker: BrokerFixture;
let listener: FacilityListener;
let writer: ReportingWriter | undefined;

beforeEach(() => {
  broker = new BrokerFixture();
});
afterEach(async () => {
  await writer?.kill();
  writer = undefined;
  await broker.remove();
});

async function finding(): Promise<unknown> {
  const { json } = await broker.call('GET', '/health/ready');
  return (json.details as Record<string, unknown>).status_exchange;
}

describe.skipIf(!HAS_RABBITMQ)('with RabbitMQ (skipped where there is none)', () => {
  beforeEach(async () => {
    listener = await FacilityListener.listen();
    await broker.start({ status_exchange: listener.exchange, ...RABBITMQ });
    await vi.waitUntil(() => broker.log.some(({ msg }) => msg === 'tells listeners'), 10_000);
  });
  afterEach(() => listener.close());

  it('tells a request’s life as it goes on', async () => {
    writer = await ReportingWriter.connect(broker);
    await broker.acquire('a.h5');
    const request = await writer.next();
    await expect.poll(() => listener.actionsFor('a.h5')).toEqual(['write_request']);
    writer.holding = [request];
    await expect.poll(() => listener.actionsFor('a.h5').at(-1)).toBe('write_start');
    writer.holding = [];
    await writer.outcome(request);
    await expect.poll(() => listener.actionsFor('a.h5').at(-1)).toBe('write_finished');
    expect(await finding()).toMatchObject({ status: 'up', exchange: listener.exchange });
    expect([...listener.places.values()]).toEqual(['success']);
    expect(listener.ghosts).toEqual([]);
    const metrics = (await broker.call('GET', '/metrics')).text;
    const name = 'sf_databuffer_broker_status_messages_total';
    expect(valueIn(metrics, name, { action: 'write_finished' })).toBe(1);
  });

  it('tells a failure at once, and goes on after a restart', async () => {
    writer = await ReportingWriter.connect(broker);
    await broker.acquire('a.h5');
    await writer.outcome(await writer.next(), FAILED);
    await expect.poll(() => listener.heard.at(-1)?.headers.message).toBe('it is away');
    expect([...listener.places.values()]).toEqual(['failure']);
    await broker.acquire('b.h5');
    const request = await writer.next();
    await expect.poll(() => listener.actionsFor('b.h5')).toEqual(['write_request']);
    await writer.kill();
    await broker.stop();
    await broker.start({ status_exchange: listener.exchange, ...RABBITMQ });
    writer = await ReportingWriter.connect(broker, [request]);
    await writer.outcome(request);
    await expect.poll(() => [...listener.places.values()]).toEqual(['failure', 'success']);
    expect(listener.ghosts).toEqual([]);
  });

  it('tells of a file that is there after all, though the request was settled', async () => {
    writer = await ReportingWriter.connect(broker);
    await broker.acquire('a.h5');
    const request = await writer.next();
    const failure = { code: 'invalid_request', message: 'no', faults: ['request'] as const };
    await writer.outcome(request, { ...FAILED, failure: { ...failure, passes: false } });
    await expect.poll(() => [...listener.places.values()]).toEqual(['failure']);
    await writer.outcome(request);
    await expect.poll(() => [...listener.places.values()]).toEqual(['failure', 'success']);
    expect(listener.ghosts).toEqual([]);
  });

  it('tells of a cancel where the request was announced', async () => {
    writer = await ReportingWriter.connect(broker);
    const id = await broker.acquire('a.h5');
    const request = await writer.next();
    await expect.poll(() => listener.actionsFor('a.h5')).toEqual(['write_request']);
    writer.stopTaking();
    await expect.poll(async () => (await broker.statistics()).writers_connected).toBe(0);
    await writer.giveBack(request);
    await expect
      .poll(async () => (await broker.call('DELETE', `/requests/${id}`)).status)
      .toBe(200);
    await expect.poll(() => listener.heard.at(-1)?.headers.message).toMatch(/cancelled/);
  });

  it('goes on when the exchange was deleted', async () => {
    writer = await ReportingWriter.connect(broker);
    const connection = await connectToRabbitmq();
    await (await connection.createChannel()).deleteExchange(listener.exchange);
    await connection.close();
    await broker.acquire('a.h5');
    await writer.outcome(await writer.next());
    await expect.poll(finding).toMatchObject({ status: 'degraded' });
    const again = await FacilityListener.listen(listener.exchange);
    await expect
      .poll(() => again.actionsFor('a.h5'), { timeout: 10_000 })
      .toEqual(['write_request', 'write_start', 'write_finished']);
    await again.close();
  }, 20_000);
});

it.skipIf(!HAS_RABBITMQ)(
  'says what to do where the exchange is of another kind',
  async () => {
    const exchange = `status-${randomUUID()}`;
    const connection = await connectToRabbitmq();
    const channel = await connection.createChannel();
    await channel.assertExchange(exchange, 'fanout', { durable: true });
    try {
      await broker.start({ status_exchange: exchange, ...RABBITMQ });
      await expect.poll(finding).toMatchObject({
        status: 'degraded',
        message: expect.stringMatching(/PRECONDITION.*delete it there, or give --status_exchange/),
      });
      await channel.deleteExchange(exchange);
      await expect.poll(finding, { timeout: 10_000 }).toMatchObject({ status: 'up' });
      await channel.deleteExchange(exchange);
    } finally {
      await connection.close();
    }
  },
  20_000,
);

it('holds nothing up where RabbitMQ is away', async () => {
  await broker.start({
    status_exchange: 'status',
    rabbitmq_url: ['amqp://user:secret@127.0.0.1:9'],
  });
  writer = await ReportingWriter.connect(broker);
  const id = await broker.acquire('a.h5');
  await writer.outcome(await writer.next());
  await expect
    .poll(async () => (await broker.call('GET', `/requests/${id}`)).json.request)
    .toMatchObject({ state: 'written' });
  expect(await finding()).toMatchObject({
    status: 'degraded',
    waiting: 3,
    message: expect.stringMatching(/hear nothing: .*ECONNREFUSED/),
  });
  expect(JSON.stringify(broker.log)).not.toContain('secret');
  await broker.stop();
  await expect
    .poll(() => broker.log)
    .toContainEqual(expect.objectContaining({ msg: 'status messages for listeners are dropped' }));
});

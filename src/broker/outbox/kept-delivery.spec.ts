import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AuditTrail } from '../../audit/audit-trail.js';
import { TestedRabbitmq, hasRabbitmq } from '../../transport/rabbitmq/rabbitmq.fixture.js';
import { type MessageServer, REPORT_SERVER } from '../../transport/message-server.js';
import { WORK_QUEUE, type WorkQueue } from '../../transport/work-queue.js';
import { BrokerFixture } from '../broker.fixture.js';
import { Ledger } from '../ledger/ledger.js';
import { QueuedWriter } from '../queued-writer.fixture.js';
import { Deliveries } from './deliveries.js';

let broker: BrokerFixture;
let rabbitmq: TestedRabbitmq;
let writer: QueuedWriter;

const TIME_OUT = { timeout: 8000, interval: 20 };
const until = (check: () => void | Promise<void>) => vi.waitFor(check, TIME_OUT);
const record = (id: string) => broker.app.get(Ledger).lookup.record(id);
const notes = () => readFileSync(`${broker.trailFile}.outcomes`, 'utf8');
const waiting = () => rabbitmq.depth(rabbitmq.names.lane('live'));

async function start(settings: object = {}): Promise<void> {
  await broker.start({ ...rabbitmq.settings, ...settings });
  const queue = broker.app.get<WorkQueue>(WORK_QUEUE, { strict: false });
  await until(() => expect(queue.isReady).toBe(true));
}

async function restart(settings?: object): Promise<void> {
  await broker.stop();
  await start(settings);
}

function becomes(id: string, what: object): Promise<void> {
  return until(async () => expect(await record(id)).toMatchObject(what));
}

/** A request that RabbitMQ has confirmed. */
async function kept(): Promise<string> {
  const id = await broker.acquire('a.h5');
  await until(() => expect(notes()).toContain(`"request_id":"${id}","sent":1,"kept":true`));
  return id;
}

describe.skipIf(!(await hasRabbitmq()))('a request, with a RabbitMQ', { timeout: 30_000 }, () => {
  beforeEach(async () => {
    broker = new BrokerFixture();
    rabbitmq = await TestedRabbitmq.open();
    await start();
    const { id } = broker.app.get(AuditTrail, { strict: false });
    writer = new QueuedWriter(rabbitmq, rabbitmq.trail(id.text));
  });

  afterEach(async () => {
    await broker.remove();
    await rabbitmq.close();
  });

  it('is kept while its broker is away, and so is its outcome', async () => {
    const id = await kept();
    await restart();
    await becomes(id, { state: 'sent', attempt: 1 });
    const request = await writer.next();
    expect(request).toMatchObject({ request_id: id, attempt: 1 });
    await broker.stop();
    writer.outcome(request);
    writer.acknowledge(request);
    await start();
    await becomes(id, { state: 'written', attempt: 1, writer_id: writer.id });
    expect(await waiting()).toBe(0);
  });

  it('is sent again by the next broker where it was not confirmed', async () => {
    const id = await kept();
    await broker.stop();
    writeFileSync(`${broker.trailFile}.outcomes`, notes().replace(/.*"kept":true.*\n/, ''));
    await start();
    await becomes(id, { state: 'sent', attempt: 2 });
    expect((await writer.next()).attempt).toBe(1);
    expect((await writer.next()).attempt).toBe(2);
  });

  it('is the same attempt when RabbitMQ hands it to another writer', async () => {
    const id = await kept();
    writer.hello();
    const request = await writer.next();
    writer.progress(request, 'writing');
    await becomes(id, { state: 'writing', writer_id: writer.id });
    writer.leave(request);
    const again = await writer.next();
    expect(again).toMatchObject({ request_id: id, attempt: 1 });
    writer.outcome(again);
    writer.acknowledge(again);
    await becomes(id, { state: 'written', attempt: 1 });
  });

  it('is sent again when it is given back, before it was begun or after', async () => {
    const id = await kept();
    const first = await writer.next();
    writer.giveBack(first, 'redelivered');
    writer.acknowledge(first);
    const second = await writer.next();
    expect(second.attempt).toBe(1);
    writer.giveBack(second);
    writer.acknowledge(second);
    const third = await writer.next();
    expect(third).toMatchObject({ request_id: id, attempt: 2 });
    await broker.stop();
    writer.giveBack(third);
    writer.acknowledge(third);
    await start();
    expect(await writer.next()).toMatchObject({ request_id: id, attempt: 3 });
  });

  it('that was taken off the queue is sent again when nobody names it any more', async () => {
    const id = await kept();
    const request = await writer.next();
    writer.taken(request);
    writer.acknowledge(request);
    await until(() => expect(notes()).toContain(`"request_id":"${id}","sent":1,"kept":false`));
    await restart({ lease: 0.5 });
    expect(await writer.next()).toMatchObject({ request_id: id, attempt: 2 });
  });

  it('that was taken off is held as long as no report can come', async () => {
    await restart({ lease: 0.5 });
    const server = broker.app.get<MessageServer>(REPORT_SERVER, { strict: false });
    const deliveries = broker.app.get(Deliveries);
    // A lease after its connection, where that took longer than until the broker's first look.
    await until(() => expect(deliveries.hears()).toBe(true));
    const isConnected = vi.spyOn(server, 'isConnected', 'get').mockReturnValue(false);
    expect(deliveries.hears()).toBe(false);
    isConnected.mockRestore();
    // Writers have the time to be heard again.
    expect(deliveries.hears()).toBe(false);
  });

  it('that is a dead letter leaves its error file, and fails; put back, it is tried again', async () => {
    writer.hello();
    const id = await kept();
    writer.reject(await writer.next());
    const given = await writer.next();
    expect(given).toMatchObject({ request_id: id, attempt: 2 });
    expect(given.handling).toContain('dead_letter');
    const failure = { code: 'dead_letter', message: 'm' };
    writer.outcome(given, { state: 'failed', failure, error_file: '/a.h5.err' });
    writer.acknowledge(given);
    await becomes(id, { state: 'failed', failure: { code: 'dead_letter' } });
    writer.giveBack({ ...given, attempt: 1 }, 'dead_letter');
    const again = await writer.next();
    expect(again).toMatchObject({ request_id: id, attempt: 3 });
    expect(again.handling ?? '').not.toContain('dead_letter');
    writer.outcome(again);
    writer.acknowledge(again);
    await becomes(id, { state: 'written', attempt: 3 });
  });

  it('that is written, or not known any more, is not tried again when it is put back, which is told', async () => {
    const id = await kept();
    const request = await writer.next();
    writer.outcome(request);
    writer.acknowledge(request);
    await becomes(id, { state: 'written' });
    writer.giveBack(request, 'dead_letter');
    writer.giveBack({ ...request, request_id: 'of-last-year' }, 'dead_letter');
    const told = () => broker.log.filter(({ msg }) => String(msg).includes('was put back'));
    await until(() => expect(told()).toHaveLength(2));
    expect(told()).toMatchObject([
      { level: 'INFO', request_id: id, previous_state: 'written' },
      { level: 'WARNING', request_id: 'of-last-year', remedy: expect.stringContaining('acquire') },
    ]);
    expect(await record(id)).toMatchObject({ state: 'written', attempt: 1 });
  });

  it('is sent again when RabbitMQ has lost it', async () => {
    const id = await kept();
    await broker.stop();
    await rabbitmq.channel.deleteQueue(rabbitmq.names.lane('live'));
    await start();
    expect(await writer.next()).toMatchObject({ request_id: id, attempt: 2 });
  });
});

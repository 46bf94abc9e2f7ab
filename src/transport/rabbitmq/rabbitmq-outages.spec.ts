import { lastValueFrom } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { capturedLog } from '../../writer/captured-log.fixture.js';
import type { MessageContext, MessageFacts } from '../message-server.js';
import { BreakableWay } from './breakable-way.fixture.js';
import { RabbitmqReportChannel } from './rabbitmq-report-channel.js';
import { RabbitmqReportServer } from './rabbitmq-report-server.js';
import { RabbitmqRequestServer } from './rabbitmq-request-server.js';
import { RabbitmqWorkQueue } from './rabbitmq-work-queue.js';
import { TestedRabbitmq, hasRabbitmq } from './rabbitmq.fixture.js';
import { ServedTrail } from './served-trail.js';

const soon = { timeout: 8000 };

describe.skipIf(!(await hasRabbitmq()))('a RabbitMQ that goes away', () => {
  const log = capturedLog();
  let rabbitmq: TestedRabbitmq;
  let way: BreakableWay;
  const ends: { close(): Promise<void>; onApplicationShutdown?(): Promise<void> }[] = [];

  beforeEach(async () => {
    rabbitmq = await TestedRabbitmq.open();
    way = await BreakableWay.to(rabbitmq.settings.rabbitmq_url[0]);
  });

  afterEach(async () => {
    for (const end of ends.splice(0)) {
      await end.close();
      await end.onApplicationShutdown?.();
    }
    await way.close();
    await rabbitmq.close();
  });

  const settings = () => ({ ...rabbitmq.settings, rabbitmq_url: [way.url] });

  function newQueue(trail = new ServedTrail(), rabbitmq_url = [way.url]): RabbitmqWorkQueue {
    const more = { lease: 30, queue_length: 100 };
    const queue = new RabbitmqWorkQueue({
      settings: { ...settings(), rabbitmq_url, ...more },
      trail,
    });
    queue.isFor(rabbitmq.trail());
    ends.push(queue);
    return queue;
  }

  async function newServer(handler: (data: unknown, facts: MessageFacts) => Promise<void>) {
    const rejected: Error[] = [];
    const server = new RabbitmqRequestServer({
      settings: { ...settings(), concurrency: 1 },
      onRejected: (_frames, error) => void rejected.push(error),
    });
    const take = (data: unknown, context?: MessageContext) => handler(data, context!.facts);
    server.addHandler('write_request', take, true);
    ends.push(server);
    await server.listen(() => undefined);
    return { server, rejected };
  }

  const request = (id: string) => ({ request_id: id, lane: 'live' });
  const send = (queue: RabbitmqWorkQueue, id: string) =>
    lastValueFrom(queue.emit('write_request', request(id)), { defaultValue: undefined });
  const isReady = async (queue: RabbitmqWorkQueue, ready: boolean) =>
    await expect.poll(() => queue.isReady, soon).toBe(ready);

  it('holds up nobody who connects, and is found when it is there', async () => {
    const queue = newQueue();
    await queue.connect();
    expect(queue).toMatchObject({ isReady: false });
    expect(queue.health().isOpen).toBe(false);
    await way.open();
    await isReady(queue, true);
    await send(queue, 'a');
    expect(await rabbitmq.depth(rabbitmq.names.lane('live'))).toBe(1);
  });

  it('is looked for at each of several addresses', async () => {
    const queue = newQueue(undefined, [way.url, ...rabbitmq.settings.rabbitmq_url]);
    await queue.connect();
    await isReady(queue, true);
    expect(queue.health().isOpen).toBe(true);
  });

  it('fails what it has not confirmed, which its sender keeps', async () => {
    await way.open();
    const queue = newQueue();
    await queue.connect();
    await isReady(queue, true);
    const sent = send(queue, 'a');
    way.cut();
    const [outcome] = await Promise.allSettled([sent]);
    const failed = { status: 'rejected', reason: { code: 'send_failed' } };
    if (outcome.status === 'rejected') expect(outcome).toMatchObject(failed);
    await isReady(queue, true);
    await send(queue, 'b');
    const depth = await rabbitmq.depth(rabbitmq.names.lane('live'));
    expect(depth).toBeGreaterThanOrEqual(outcome.status === 'rejected' ? 1 : 2);
  });

  it('hands out again what was in hand, and nobody minds who is done with it twice', async () => {
    await way.open();
    const queue = newQueue();
    await queue.connect();
    await isReady(queue, true);
    const handed: MessageFacts[] = [];
    const done: (() => void)[] = [];
    await newServer(async (_data, facts) => {
      handed.push(facts);
      await new Promise<void>((resolve) => done.push(resolve));
    });
    await send(queue, 'a');
    await expect.poll(() => handed.length, soon).toBe(1);
    way.cut();
    await expect.poll(() => handed.length, soon).toBe(2);
    expect(handed.map(({ redeliveries }) => redeliveries)).toEqual([0, 1]);
    for (const each of done) each();
    await send(queue, 'b');
    await expect.poll(() => handed.length, soon).toBe(3);
    expect(await rabbitmq.depth(rabbitmq.names.deadLetters)).toBe(0);
  });

  it('tells when it has lost what it kept, and takes requests again', async () => {
    const trail = new ServedTrail();
    let losses = 0;
    const queue = newQueue(trail);
    await way.open();
    await queue.connect();
    await isReady(queue, true);
    queue.losses.subscribe(() => losses++);
    const before = losses;
    await rabbitmq.channel.deleteQueue(rabbitmq.names.lane('live'));
    await expect(send(queue, 'a')).rejects.toMatchObject({ code: 'not_routed' });
    await expect.poll(() => losses, soon).toBe(before + 1);
    await isReady(queue, true);
    await send(queue, 'a');
    expect(await rabbitmq.depth(rabbitmq.names.lane('live'))).toBe(1);
    way.cut();
    await isReady(queue, false);
    await isReady(queue, true);
    expect(losses).toBe(before + 1);
  });

  it('has what is no request among its dead letters', async () => {
    await way.open();
    const { server, rejected } = await newServer(async () => undefined);
    await expect.poll(() => server.isConnected, soon).toBe(true);
    const { channel, names } = rabbitmq;
    for (const text of ['no JSON', '{}', '{"pattern":"other","data":{}}', '[]']) {
      channel.publish(names.requests, 'live.x', Buffer.from(text));
    }
    const large = Buffer.alloc(82 * 1024 * 1024, '"');
    channel.publish(names.requests, 'live.x', large);
    await expect.poll(() => rabbitmq.depth(names.deadLetters), soon).toBe(5);
    expect(rejected.map(({ message }) => message)).toEqual([
      expect.stringContaining('is not JSON'),
      expect.stringContaining('has no pattern'),
      expect.stringContaining('has the pattern other'),
      expect.stringContaining('is not a JSON object'),
      expect.stringContaining('has 85983232 bytes; at most 84934656'),
    ]);
    expect(server.rejected.get('bad_value')).toBe(3);
    expect(server.rejected.get('unknown_message')).toBe(2);
  });

  it('keeps a report for a broker whose queue it has lost', async () => {
    await way.open();
    const channel = new RabbitmqReportChannel({ settings: { ...settings(), heartbeat: 5 } });
    ends.push(channel);
    await channel.connect();
    await expect.poll(() => channel.isConnected, soon).toBe(true);
    const trail_id = rabbitmq.trail();
    const { names } = rabbitmq;
    const report = async () => {
      const message = { write_report: '{}', kind: 'outcome', trail_id };
      await lastValueFrom(channel.emit('write_report', message), { defaultValue: undefined });
      return rabbitmq.depth(names.reportsFor(trail_id));
    };
    // Whoever made that id up: it is no broker's.
    expect(await report()).toBe(0);
    await rabbitmq.channel.assertExchange(names.markOf(trail_id), 'direct');
    expect(await report()).toBe(1);
  });

  it('is put in order when somebody deletes an exchange', async () => {
    await way.open();
    const trail = new ServedTrail();
    const trail_id = rabbitmq.trail();
    trail.set(trail_id);
    const reports = new RabbitmqReportServer({ settings: settings(), trail });
    const taken: unknown[] = [];
    reports.addHandler('write_report', async (data: unknown) => void taken.push(data), true);
    ends.push(reports);
    await reports.listen(() => undefined);
    await expect.poll(() => reports.isConnected, soon).toBe(true);
    const { channel, names } = rabbitmq;
    await channel.deleteExchange(names.presence);
    await channel.deleteExchange(names.deadLetters);
    const tell = async (exchange: string, key: string) => {
      await channel.assertExchange(exchange, 'topic');
      channel.publish(exchange, key, Buffer.from('{"pattern":"write_report","data":{}}'));
      return taken.length > 0;
    };
    await expect.poll(() => tell(names.presence, 'all'), soon).toBe(true);
    taken.splice(0);
    await expect.poll(() => tell(names.deadLetters, `live.${trail_id}`), soon).toBe(true);
  });

  it('never has its password in the log', async () => {
    const url = way.url.replace('guest:guest', 'someone:secret');
    const queue = newQueue(undefined, [url]);
    await queue.connect();
    await expect.poll(() => log.events.length, soon).toBeGreaterThan(0);
    await way.open();
    const said = () => log.events.map(({ error }) => String(error));
    await expect.poll(said, soon).toContainEqual(expect.stringContaining('ACCESS'));
    expect(JSON.stringify(log.events)).not.toContain('secret');
    expect(JSON.stringify(queue.health())).not.toContain('secret');
  });

  it('closes where RabbitMQ says nothing any more, and stays closed', async () => {
    await way.open();
    const queue = newQueue();
    await queue.connect();
    const { server } = await newServer(async () => undefined);
    await isReady(queue, true);
    await expect.poll(() => server.isConnected, soon).toBe(true);
    way.hold();
    const waiting = send(queue, 'a');
    await server.close();
    const ended = Promise.all([queue.close(), server.onApplicationShutdown()]);
    const [[outcome]] = await Promise.all([Promise.allSettled([waiting]), ended]);
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'transport_closed' } });
    await expect.poll(() => way.size, soon).toBe(0);
    expect(queue.isReady).toBe(false);
  });

  it('takes nothing any more once it is closed, whatever was on its way then', async () => {
    await way.open();
    const held: MessageFacts[] = [];
    const { server } = await newServer(async (_data, facts) => {
      held.push(facts);
      await new Promise(() => undefined);
    });
    const queue = newQueue();
    await queue.connect();
    await isReady(queue, true);
    await send(queue, 'a');
    await expect.poll(() => held.length, soon).toBe(1);
    const aside = held[0].setAside!(true);
    await server.close();
    await aside;
    await send(queue, 'b');
    await expect.poll(() => rabbitmq.channel.get(rabbitmq.names.lane('live')), soon).toBeTruthy();
    expect(held).toHaveLength(1);
  });

  it('closes in the middle of an outage', async () => {
    const trail = new ServedTrail();
    const queue = newQueue(trail);
    await queue.connect();
    const reports = new RabbitmqReportServer({ settings: settings(), trail });
    await reports.listen(() => undefined);
    const waiting = send(queue, 'a');
    const [[outcome]] = await Promise.all([Promise.allSettled([waiting]), queue.close()]);
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'transport_closed' } });
    await reports.close();
    await reports.onApplicationShutdown();
    expect(reports.isConnected).toBe(false);
  });
});

import { get, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { valueIn } from '../../monitoring/exposition.fixture.js';
import { BrokerFixture } from '../broker.fixture.js';
import { ReportingWriter } from '../reporting-writer.fixture.js';

const DOWN = {
  code: 'unreachable',
  message: 'connection refused',
  faults: ['source'],
  passes: true,
  place: 'http://data-api/query',
} as const;

let broker: BrokerFixture;
let writer: ReportingWriter;
const streams: IncomingMessage[] = [];

beforeEach(async () => {
  broker = await new BrokerFixture().start();
  writer = await ReportingWriter.connect(broker);
});

afterEach(async () => {
  for (const stream of streams.splice(0)) stream.destroy();
  await writer.kill();
  await broker.remove();
});

interface Head {
  readonly request_id: string;
  readonly state: string;
  readonly next_attempt?: number;
}

const one = async (id: string) =>
  (await broker.call('GET', `/requests/${id}`)).json.request as Head & Record<string, unknown>;

const healing = async () =>
  (await broker.call('GET', '/requests?healing=true')).json.requests as Head[];

/** A request that fails for a cause that can pass. */
async function failed(file = 'a.h5'): Promise<string> {
  const id = await broker.acquire(file);
  await writer.outcome(await writer.next(), { state: 'failed', failure: DOWN });
  await vi.waitFor(async () => expect((await one(id)).state).toBe('failed'), 4000);
  return id;
}

/** The next broker finds the files as they are at this moment. */
async function restartAsAfterAKill(settings = {}, prepare = () => undefined as void) {
  const files = [broker.trailFile, `${broker.trailFile}.outcomes`];
  const atTheKill = files.map((file) => readFileSync(file));
  await writer.kill();
  await broker.stop();
  files.forEach((file, i) => writeFileSync(file, atTheKill[i]));
  prepare();
  await broker.start(settings);
}

describe('a request that heals', () => {
  it('is told apart in lists, events and metrics', async () => {
    const call = get({ port: broker.port, host: '127.0.0.1', path: '/events' });
    const [stream] = (await once(call, 'response')) as [IncomingMessage];
    streams.push(stream);
    let events = '';
    stream.setEncoding('utf8').on('data', (chunk: string) => (events += chunk));
    const id = await failed();
    const { next_attempt: next, ...record } = await one(id);
    expect(record).toMatchObject({ failures: 1, failure: DOWN, report: { state: 'failed' } });
    expect(next).toBeGreaterThan(Date.now() / 1000 + 30);
    expect(await healing()).toMatchObject([{ request_id: id, next_attempt: next }]);
    await vi.waitFor(() => expect(events).toContain(`"next_attempt":${next}`), 4000);
    const { text } = await broker.call('GET', '/metrics');
    const value = (name: string, labels = {}) =>
      valueIn(text, `sf_databuffer_broker_requests_${name}`, labels);
    expect(value('healing')).toBe(1);
    expect(value('queued')).toBe(0);
    expect(value('settled_total', { outcome: 'failed' })).toBe(1);
  });

  it('goes on through restarts, and where trail and outcomes are moved away', async () => {
    const id = await failed();
    const { next_attempt } = await one(id);
    const known = { state: 'failed', next_attempt, failures: 1, report: { state: 'failed' } };
    await restartAsAfterAKill();
    expect(await one(id)).toMatchObject(known);
    await restartAsAfterAKill({}, () => {
      for (const file of [broker.trailFile, `${broker.trailFile}.outcomes`]) {
        renameSync(file, `${file}.1`);
      }
    });
    expect(await one(id)).toMatchObject(known);
    expect(await healing()).toHaveLength(1);
    await restartAsAfterAKill({ heal_for: 0 });
    expect(await one(id)).toMatchObject({ state: 'failed', failures: 1 });
    expect(await healing()).toEqual([]);
    await restartAsAfterAKill();
    expect(await healing()).toEqual([]);
  });

  it('is no longer tried again once it is cancelled', async () => {
    const id = await failed();
    const { status, json } = await broker.call('DELETE', `/requests/${id}`);
    expect(status).toBe(200);
    expect(json.request).toMatchObject({ state: 'recorded', cancelled: true, failures: 1 });
    expect(await healing()).toEqual([]);
    await restartAsAfterAKill();
    expect(await one(id)).toMatchObject({ state: 'recorded', cancelled: true });
    expect(await healing()).toEqual([]);
  });

  it.each([
    ['its cause can pass', { code: 'unreachable', message: 'refused', passes: true }],
    ['writers died of it', { code: 'writer_lost', message: 'five did', passes: false }],
  ])(
    'heals where %s, and the broker ended while the error file was left',
    async (_why, failure) => {
      const id = await broker.acquire('a.h5');
      const request = await writer.next();
      await restartAsAfterAKill();
      writer = await ReportingWriter.connect(broker, [request]);
      await writer.outcome(request, { state: 'failed', failure, attempts: 0, error_file: '/x' });
      await vi.waitFor(
        async () => expect(await healing()).toMatchObject([{ request_id: id }]),
        4000,
      );
    },
  );

  it('is no longer tried again once it is acquired by a replay', async () => {
    const id = await failed();
    await broker.call('POST', '/requests', { body: broker.recorded()[0] });
    await vi.waitFor(async () => expect(await healing()).toEqual([]), 4000);
    expect(await one(id)).toMatchObject({ state: 'failed', failure: DOWN });
    const again = await writer.next();
    expect(again).toMatchObject({ replay_of: id, lane: 'background' });
  });

  it('nor after a kill of the broker that had only recorded the replay', async () => {
    const id = await failed();
    const outcomes = `${broker.trailFile}.outcomes`;
    const before = readFileSync(outcomes);
    await broker.call('POST', '/requests', { body: broker.recorded()[0] });
    await restartAsAfterAKill({}, () => writeFileSync(outcomes, before));
    expect(await healing()).toEqual([]);
    expect(await one(id)).toMatchObject({ state: 'failed', failure: DOWN });
  });
});

import { afterEach, beforeEach, expect, it } from 'vitest';
import { valueIn } from '../../monitoring/exposition.fixture.js';
import { handlingOf } from '../../request/handling.js';
import { BrokerFixture } from '../broker.fixture.js';
import { ReportingWriter, type SentRequest } from '../reporting-writer.fixture.js';

const HEEDS = { heeds_handling: true };
const SOURCE_DOWN = {
  code: 'connection_failed',
  message: 'connection refused',
  faults: ['source'],
  passes: true,
} as const;
const NOT_WRITABLE = {
  code: 'not_writable',
  message: '/sf is read-only here',
  faults: ['folder', 'writer'],
  passes: true,
} as const;

let broker: BrokerFixture;
let writers: ReportingWriter[];

beforeEach(() => {
  broker = new BrokerFixture();
  writers = [];
});

afterEach(async () => {
  for (const writer of writers) await writer.kill();
  await broker.remove();
});

async function connect(says: ReportingWriter['says'] = HEEDS): Promise<ReportingWriter> {
  const writer = await ReportingWriter.connect(broker, [], says);
  writers.push(writer);
  return writer;
}

/** Answers requests for as long as there are any. */
async function serve(writer: ReportingWriter, answer: (request: SentRequest) => Promise<void>) {
  for (;;) {
    let request: SentRequest;
    try {
      request = await writer.next();
    } catch {
      return;
    }
    await answer(request);
  }
}

async function finding(name: string) {
  const { json } = await broker.call('GET', '/health/ready');
  const details = json.details as Record<string, { status: string } & Record<string, unknown>>;
  return details[name];
}

async function value(name: string, labels: Record<string, string> = {}) {
  const { text } = await broker.call('GET', '/metrics');
  return valueIn(text, `sf_databuffer_broker_${name}`, labels);
}

const eventually = { timeout: 5000 };

it('tells of requests that heal, and of a source that is down and comes back', async () => {
  await broker.start();
  const writer = await connect();
  expect(await finding('healing')).toEqual({ status: 'up', requests: 0 });
  expect(await finding('places')).toEqual({ status: 'up' });
  for (const file of ['a.h5', 'b.h5', 'c.h5']) {
    await broker.acquire(file);
    const request = await writer.next();
    await writer.outcome(request, { state: 'failed', failure: SOURCE_DOWN });
  }
  await expect.poll(async () => (await finding('places')).status).toBe('degraded');
  expect(await finding('places')).toMatchObject({
    message: expect.stringMatching(
      /requests wait: source of channels \(for \d+ s: connection refused\)/,
    ),
    places: [{ place: 'source of channels' }],
  });
  expect(await finding('healing')).toMatchObject({
    status: 'degraded',
    requests: 3,
    next: { output_file: `${broker.folder}/a.h5`, code: 'connection_failed' },
    message: expect.stringMatching(
      /^3 requests failed for .* in (5|6)\d s at the latest.*: connection refused/,
    ),
  });
  await broker.call('POST', '/requests', { body: broker.recorded()[0] });
  await expect.poll(() => value('requests_blocked', { reason: 'source_down' })).toBe(1);
  expect(await value('requests_waiting', { lane: 'background' })).toBe(1);
  expect(await value('requests_waiting', { lane: 'live' })).toBe(0);
  expect(await value('places_down', { kind: 'source' })).toBe(1);
  expect(await value('places_down', { kind: 'folder' })).toBe(0);
  expect(await value('outages_total', { kind: 'source' })).toBe(1);
  expect(await value('oldest_request_age_seconds')).toBe(0);
  expect((await finding('requests')).oldest_background_age_s).toBeTypeOf('number');
  expect(await broker.statistics()).toMatchObject({ requests_healing: 2 });

  void serve(writer, (request) => writer.outcome(request));
  await expect.poll(() => value('requests_healed_total'), eventually).toBe(2);
  expect(await finding('places')).toEqual({ status: 'up' });
  expect(await finding('healing')).toEqual({ status: 'up', requests: 0 });
  expect(await value('places_down', { kind: 'source' })).toBe(0);
});

it('tells of a job that makes no progress, and counts deaths of writers', async () => {
  await broker.start({ stall_after: 0.3 });
  const writer = await connect();
  const id = await broker.acquire('a.h5');
  const request = await writer.next();
  await writer.progress(request, 'writing', 10);
  await expect.poll(() => value('requests_stalled'), eventually).toBe(1);
  expect(await finding('jobs')).toMatchObject({
    status: 'degraded',
    stalled: [{ request_id: id, stalled_at: [writer.id], output_file: `${broker.folder}/a.h5` }],
    message: expect.stringMatching(/^no progress for more than 0.3 s: request \S+ \(\S+a.h5\) at/),
  });
  await expect.poll(() => value('stalls_total'), eventually).toBe(1);

  const death = { death_id: 'd', request_id: id, attempt: 1 };
  writer.says = { ...HEEDS, deaths: [death] };
  await expect.poll(() => value('deaths_total')).toBe(1);
  // It may hang in other processes yet, until it is settled.
  const again = await writer.next();
  expect((await finding('jobs')).status).toBe('degraded');
  await writer.outcome(again);
  await expect.poll(() => finding('jobs')).toEqual({ status: 'up' });
});

it('tells of a writer in quarantine, and why, until it can work again', async () => {
  await broker.start();
  const bad = await connect({ ...HEEDS, unable: [NOT_WRITABLE] });
  const good = await connect();
  await expect.poll(async () => (await finding('writers')).connected).toBe(2);
  const wasTried = (request: SentRequest) => handlingOf(request)?.tried_by?.includes(bad.id);
  void serve(bad, (request) =>
    wasTried(request)
      ? bad.giveBack(request, 'tried')
      : bad.outcome(request, { state: 'failed', failure: NOT_WRITABLE }),
  );
  void serve(good, (request) => good.outcome(request));
  for (let i = 0; (await finding('writers')).status === 'up'; i++) {
    const id = await broker.acquire(`${i}.h5`);
    const state = async () =>
      ((await broker.call('GET', `/requests/${id}`)).json.request as { state: string }).state;
    await expect.poll(state, eventually).toBe('written');
  }
  expect(await finding('writers')).toMatchObject({
    status: 'degraded',
    quarantined: [{ writer_id: bad.id, reason: NOT_WRITABLE.message }],
    message: expect.stringMatching(/the one on h \(process 1\): \/sf is read-only here$/),
  });
  expect(await value('writers_quarantined')).toBe(1);
  expect(await value('quarantines_total')).toBe(1);
  expect(await value('second_tries_total')).toBe(3);
  const facts = { heeds_handling: true, quarantined: true, unable: NOT_WRITABLE.message };
  const about = async (id: string) =>
    ((await broker.statistics()).writers as { writer_id: string }[]).find(
      ({ writer_id }) => writer_id === id,
    );
  expect(await about(bad.id)).toMatchObject(facts);
  expect(await about(good.id)).toMatchObject({ quarantined: false, unable: null });

  bad.says = HEEDS;
  await expect.poll(async () => (await finding('writers')).status).toBe('up');
  expect(await value('writers_quarantined')).toBe(0);
  expect(await value('quarantines_total')).toBe(1);
});

it('counts what writers give back, by reason', async () => {
  await broker.start();
  const writer = await connect();
  await broker.acquire('a.h5');
  await writer.giveBack(await writer.next(), 'busy');
  await expect.poll(() => value('requests_given_back_total', { reason: 'busy' })).toBe(1);
  await writer.giveBack(await writer.next());
  await expect.poll(() => value('requests_given_back_total', { reason: 'end' })).toBe(1);
});

it('tells of requests whose error file nobody can leave', async () => {
  await broker.start({ lease: 0.5 });
  const [one, other] = [await connect(), await connect()];
  other.stopTaking();
  await broker.acquire('a.h5');
  const request = await one.next();
  await one.outcome(request, { state: 'failed', failure: NOT_WRITABLE });
  expect(await finding('error_files')).toEqual({ status: 'up' });
  await one.goodbye();
  await other.goodbye();
  await expect
    .poll(() => finding('error_files'), eventually)
    .toMatchObject({ status: 'degraded', requests: 1 });
  await connect();
  await expect.poll(() => finding('error_files')).toEqual({ status: 'up' });
});

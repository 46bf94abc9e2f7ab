import { readFileSync, renameSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { Pull } from 'zeromq';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BrokerFixture, PARAMETERS } from '../broker.fixture.js';
import { Ledger } from '../ledger/ledger.js';
import { ReportingWriter } from '../reporting-writer.fixture.js';

const LEASE = { lease: 0.5 };

let broker: BrokerFixture;
const writers: ReportingWriter[] = [];
const pulls: Pull[] = [];

beforeEach(() => {
  broker = new BrokerFixture();
});

afterEach(async () => {
  for (const writer of writers.splice(0)) await writer.kill();
  for (const pull of pulls.splice(0)) pull.close();
  await broker.remove();
});

async function newWriter(...held: Parameters<typeof ReportingWriter.connect>[1][]) {
  const writer = await ReportingWriter.connect(broker, held[0]);
  writers.push(writer);
  return writer;
}

/** @returns the request's id */
async function acquire(output_file: string, change: object = {}): Promise<string> {
  await broker.call('POST', '/parameters', { body: { ...PARAMETERS, output_file, ...change } });
  await broker.call('PUT', '/start_pulse_id/1');
  expect((await broker.call('PUT', '/stop_pulse_id/2')).status).toBe(200);
  return broker.recorded().at(-1)!.request_id!;
}

const record = (id: string) => broker.app.get(Ledger).lookup.record(id);
const states = async (id: string) => (await record(id))?.history.map(({ state }) => state);

function connected(writers_connected: number): Promise<void> {
  return until(async () => expect(await broker.statistics()).toMatchObject({ writers_connected }));
}

function until(condition: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(condition, { timeout: 4000, interval: 10 });
}

describe('a request, with writers that report', () => {
  it('is followed from the trail to its file', async () => {
    await broker.start();
    const writer = await newWriter();
    const id = await acquire('a.h5');
    const request = await writer.next();
    const [{ trail_id, sequence }] = broker.recorded();
    expect(sequence).toBeGreaterThan(0);
    expect(request).toMatchObject({ trail_id, sequence });
    expect(request).toMatchObject({ request_id: id, attempt: 1 });
    await writer.progress(request, 'received');
    await writer.progress(request, 'retrieving');
    await writer.progress(request, 'writing', 50);
    await until(async () =>
      expect(await broker.statistics()).toMatchObject({ writers: [{ requests_under_way: 1 }] }),
    );
    await writer.outcome(request);
    await until(async () => expect((await record(id))?.state).toBe('written'));
    expect(await states(id)).toEqual([
      'queued',
      'sent',
      'received',
      'retrieving',
      'writing',
      'written',
    ]);
    expect(await record(id)).toMatchObject({
      attempt: 1,
      writer_id: writer.id,
      bytes: 100,
      rows: 2,
      report: { state: 'written', channels: [{ name: 'A' }] },
    });
    expect(await broker.statistics()).toMatchObject({
      requests_queued: 0,
      requests_under_way: 0,
      writers: [
        {
          writer_id: writer.id,
          version: '9',
          requests_under_way: 0,
          requests_written: 1,
          last_error: null,
          last_file: { request_id: id, first_pulse_id: 1, last_pulse_id: 2, rows: 2, channels: 1 },
        },
      ],
    });
  });

  it('waits while enough are under way, and for a newer one with the same file', async () => {
    await broker.start();
    for (const file of ['a.h5', 'a.h5', 'b.h5', 'c.h5']) await acquire(file);
    const writer = await newWriter();
    const ids = broker.recorded().map(({ request_id }) => request_id);
    const [a, b] = [await writer.next(), await writer.next()];
    expect([a.request_id, b.request_id]).toEqual([ids[1], ids[2]]);
    expect(await broker.statistics()).toMatchObject({ requests_queued: 2, requests_under_way: 2 });
    await writer.outcome(a, { state: 'failed', failure: { code: 'disk_full', message: 'full' } });
    expect((await writer.next()).request_id).toBe(ids[0]);
    await writer.outcome(b);
    expect((await writer.next()).request_id).toBe(ids[3]);
    expect(await record(ids[1]!)).toMatchObject({
      state: 'failed',
      failure: { code: 'disk_full' },
    });
  });

  it('is sent again when its writer is killed, to another', async () => {
    await broker.start(LEASE);
    const killed = await newWriter();
    const id = await acquire('a.h5');
    await killed.progress(await killed.next(), 'writing');
    await killed.kill();
    const writer = await newWriter();
    const again = await writer.next();
    expect(again).toMatchObject({ request_id: id, attempt: 2 });
    await writer.outcome(again);
    await until(async () => expect((await record(id))?.state).toBe('written'));
    expect(await states(id)).toEqual(['queued', 'sent', 'writing', 'queued', 'sent', 'written']);
  });

  it('is sent again at once when it is given back', async () => {
    await broker.start();
    const leaving = await newWriter();
    const id = await acquire('a.h5');
    const request = await leaving.next();
    const writer = await newWriter();
    await connected(2);
    leaving.stopTaking();
    await connected(1);
    await leaving.giveBack(request);
    await leaving.goodbye();
    expect(await writer.next()).toMatchObject({ request_id: id, attempt: 2 });
    expect(await states(id)).toContain('returned');
  });

  it('stays with a writer that names it in each heartbeat', async () => {
    await broker.start(LEASE);
    const writer = await newWriter();
    const id = await acquire('a.h5');
    const request = await writer.next();
    writer.holding = [request];
    await new Promise((resolve) => setTimeout(resolve, 3 * 1000 * LEASE.lease));
    expect(await record(id)).toMatchObject({ state: 'received', attempt: 1 });
  });

  it('is written when a late attempt wrote it, and what is no report changes nothing', async () => {
    await broker.start();
    const writer = await newWriter();
    const id = await acquire('a.h5');
    const request = await writer.next();
    await writer.outcome(request, { state: 'failed', failure: { code: 'x', message: 'y' } });
    await until(async () => expect((await record(id))?.state).toBe('failed'));
    await writer.report({ kind: 'outcome', writer_id: 'x' } as never);
    await writer.outcome(request);
    await until(async () => expect((await record(id))?.state).toBe('written'));
    await writer.outcome(request, { state: 'failed', failure: { code: 'x', message: 'y' } });
    await writer.goodbye();
    await until(async () => expect(await broker.statistics()).toMatchObject({ writers: [] }));
    expect(await states(id)).toEqual(['queued', 'sent', 'failed', 'written']);
    expect(broker.log).toContainEqual(expect.objectContaining({ msg: 'report not understood' }));
  });
});

describe('a broker that is started again', () => {
  it('sends unsent requests, and leaves claimed ones with their writer', async () => {
    await broker.start();
    const first = await newWriter();
    const ids = [await acquire('a.h5'), await acquire('b.h5')];
    const [a, b] = [await first.next(), await first.next()];
    await first.outcome(a);
    await until(async () => expect((await record(ids[0]))?.state).toBe('written'));
    await first.kill();
    await connected(0);
    ids.push(await acquire('c.h5'));
    await broker.stop();
    await broker.start();
    const writer = await newWriter([b]);
    expect(await writer.next()).toMatchObject({ request_id: ids[2], attempt: 1 });
    await until(async () => expect((await record(ids[1]))?.state).toBe('received'));
    await writer.outcome(b);
    await until(async () => expect((await record(ids[1]))?.state).toBe('written'));
    expect(await record(ids[0])).toMatchObject({ state: 'written', report: { rows: 2 } });
  });

  it('sends again requests that no writer claims', async () => {
    await broker.start(LEASE);
    const first = await newWriter();
    const id = await acquire('a.h5');
    await first.next();
    await first.kill();
    await broker.stop();
    await broker.start(LEASE);
    const writer = await newWriter();
    expect(await writer.next()).toMatchObject({ request_id: id, attempt: 2 });
  });

  it('finds open requests in a trail that was moved away, also at the next start', async () => {
    await broker.start();
    const id = await acquire('a.h5');
    await broker.stop();
    renameSync(broker.trailFile, `${broker.trailFile}.1`);
    await broker.start();
    await broker.stop();
    renameSync(`${broker.trailFile}.1`, `${broker.folder}/elsewhere`);
    await broker.start();
    const writer = await newWriter();
    expect(await writer.next()).toMatchObject({ request_id: id, attempt: 1 });
  });

  it('finds open requests in a trail that was moved away with nothing new in it', async () => {
    await broker.start();
    const id = await acquire('a.h5');
    await broker.stop();
    const longAgo = Date.now() / 1000 - 3600;
    utimesSync(broker.trailFile, longAgo, longAgo);
    await broker.start();
    renameSync(broker.trailFile, `${broker.trailFile}.1`);
    await broker.stop();
    await broker.start();
    const writer = await newWriter();
    expect(await writer.next()).toMatchObject({ request_id: id, attempt: 1 });
  });

  it('sends requests of a trail that was cut off, and gives up those that no copy has', async () => {
    await broker.start();
    const ids = [await acquire('a.h5'), await acquire('b.h5')];
    await broker.stop();
    await broker.start();
    const lines = readFileSync(broker.trailFile, 'utf8').split('\n');
    writeFileSync(`${broker.trailFile}.1`, `${lines[1]}\n`);
    truncateSync(broker.trailFile);
    const writer = await newWriter();
    expect(await writer.next()).toMatchObject({ request_id: ids[1], attempt: 1 });
    expect(await record(ids[0])).toMatchObject({
      state: 'failed',
      output_file: expect.stringMatching(/a\.h5$/),
      failure: { code: 'request_cut_off', message: expect.stringContaining(broker.trailFile) },
    });
  });

  it('never sends what was only recorded', async () => {
    await broker.start({ audit_trail_only: true });
    const id = await acquire('a.h5');
    expect(await record(id)).toMatchObject({ state: 'recorded', attempt: 0 });
    await broker.stop();
    await broker.start();
    const writer = await newWriter();
    const other = await acquire('b.h5');
    expect((await writer.next()).request_id).toBe(other);
    expect(await record(id)).toMatchObject({ state: 'recorded' });
  });
});

describe('a request, with writers that never report', () => {
  async function newPull(): Promise<Pull> {
    const pull = new Pull({ receiveTimeout: 4000 });
    pulls.push(pull);
    pull.connect(broker.output);
    await connected(pulls.length);
    return pull;
  }

  it('is unconfirmed after a lease, and not sent again', async () => {
    await broker.start(LEASE);
    const pull = await newPull();
    const id = await acquire('a.h5');
    await pull.receive();
    await until(async () => expect((await record(id))?.state).toBe('unconfirmed'));
    await broker.stop();
    await broker.start(LEASE);
    expect(await record(id)).toMatchObject({ state: 'unconfirmed', attempt: 1 });
    expect(await broker.statistics()).toMatchObject({ requests_queued: 0, requests_under_way: 0 });
  });

  it('does not wait for others, of the same file or not', async () => {
    await broker.start();
    const pull = await newPull();
    for (let n = 0; n < 20; n++) await acquire(`${n % 2}.h5`);
    const received = [];
    for (let n = 0; n < 20; n++) received.push(String((await pull.receive())[8]));
    expect(received).toEqual(broker.recorded().map(({ request_id }) => request_id));
  });

  it('is unconfirmed as soon as it is handed over where nobody is to report', async () => {
    await broker.start({ reports: 'off' });
    const pull = await newPull();
    const id = await acquire('a.h5');
    await pull.receive();
    await until(async () => expect((await record(id))?.state).toBe('unconfirmed'));
  });
});

describe('the outcomes file', () => {
  it('may be torn: everything before the tear counts', async () => {
    await broker.start();
    const writer = await newWriter();
    const [a, b] = [await acquire('a.h5'), await acquire('b.h5')];
    const [first, second] = [await writer.next(), await writer.next()];
    await writer.outcome(first);
    await until(async () => expect((await record(a))?.state).toBe('written'));
    await writer.outcome(second);
    await until(async () => expect((await record(b))?.state).toBe('written'));
    await writer.kill();
    await broker.stop();
    const file = `${broker.trailFile}.outcomes`;
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.slice(0, -20));
    await broker.start();
    expect(await record(a)).toMatchObject({ state: 'written' });
    expect(await record(b)).toMatchObject({ state: 'sent' });
  });
});

import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { Pull } from 'zeromq';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BrokerFixture } from '../broker.fixture.js';
import { ReportingWriter } from '../reporting-writer.fixture.js';
import { StoppedPuller } from '../stopped-puller.fixture.js';

const LEASE = { lease: 0.5 };

let broker: BrokerFixture;
const open: { kill(): Promise<void> | void }[] = [];

beforeEach(() => {
  broker = new BrokerFixture();
});

afterEach(async () => {
  for (const each of open.splice(0)) await each.kill();
  await broker.remove();
});

async function newWriter(): Promise<ReportingWriter> {
  const writer = await ReportingWriter.connect(broker);
  open.push(writer);
  return writer;
}

/** Connects, takes what it gets, and never says anything. */
async function newNonReporting(expectedWriters: number): Promise<Pull> {
  const pull = new Pull({ receiveTimeout: 4000, linger: 0 });
  open.push({ kill: () => pull.close() });
  pull.connect(broker.output);
  await connected(expectedWriters);
  return pull;
}

const connected = (writers_connected: number) =>
  until(async () => expect(await broker.statistics()).toMatchObject({ writers_connected }));

function until(condition: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(condition, { timeout: 10_000, interval: 20 });
}

const one = async (id: string) =>
  (await broker.call('GET', `/requests/${id}`)).json.request as Record<string, unknown>;

const comesTo = (id: string, expected: object) =>
  until(async () => expect(await one(id)).toMatchObject(expected));

/** Works off what it gets. @returns the attempts in which the requests came, by their ids */
function workOff(writer: ReportingWriter): Map<string, number> {
  const attempts = new Map<string, number>();
  const work = async () => {
    for (;;) {
      const request = await writer.next();
      attempts.set(request.request_id, request.attempt);
      await writer.outcome(request);
    }
  };
  work().catch(() => 'nothing comes any more');
  return attempts;
}

describe('with --reports on', () => {
  it('what a peer that never says hello took is held back, outside the window, until it is gone', async () => {
    await broker.start({ ...LEASE, reports: 'on' });
    const other = await newNonReporting(1);
    const writer = await newWriter();
    await connected(2);
    const ids: string[] = [];
    for (let n = 0; n < 6; n++) ids.push(await broker.acquire(`${n}.h5`));
    const attempts = workOff(writer);
    await until(async () => {
      const { requests_unnamed, requests_under_way } = await broker.statistics();
      expect(requests_unnamed).toBeGreaterThan(0);
      expect(requests_under_way).toBe(requests_unnamed);
      expect(attempts.size).toBe(ids.length - (requests_unnamed as number));
    });
    const [held] = ids.filter((id) => !attempts.has(id));
    expect(await one(held)).toMatchObject({
      state: 'sent',
      attempt: 1,
      waits_for: 'silent_writer',
    });
    const { json } = await broker.call('GET', '/health/ready');
    expect(json).toMatchObject({
      status: 'degraded',
      details: {
        requests: { unnamed: ids.length - attempts.size },
        writers: { status: 'degraded', message: expect.stringContaining('--reports mixed') },
      },
    });
    const told = { level: 'WARNING', msg: expect.stringContaining('never said hello') };
    await expect.poll(() => broker.log).toContainEqual(expect.objectContaining(told));
    other.close();
    for (const id of ids) await comesTo(id, { state: 'written' });
    expect(await one(held)).toMatchObject({ attempt: 2 });
    expect(await one(held)).not.toHaveProperty('waits_for');
  });

  it('nothing is sent where only such peers are connected, and the broker is down', async () => {
    await broker.start({ ...LEASE, reports: 'on' });
    await newNonReporting(1);
    const id = await broker.acquire('a.h5');
    await until(async () => {
      const { status, json } = await broker.call('GET', '/health/ready');
      expect(status).toBe(503);
      expect(json).toMatchObject({
        details: {
          writers: { status: 'down', message: expect.stringContaining('nothing is sent') },
        },
      });
    });
    expect(await one(id)).toMatchObject({ state: 'queued', attempt: 0 });
    const writer = await newWriter();
    workOff(writer);
    await until(async () => expect((await one(id)).attempt).toBe(1));
  });

  it('each wait for a request that nobody ever names is longer than the last', async () => {
    await broker.start({ lease: 0.2, reports: 'on' });
    const deaf = await newWriter();
    await connected(1);
    const id = await broker.acquire('a.h5');
    await comesTo(id, { waits_for: 'growing_wait' });
    await comesTo(id, { attempt: 3 });
    const { history } = (await one(id)) as { history: { state: string }[] };
    expect(history.map(({ state }) => state)).toEqual(
      expect.arrayContaining(['queued', 'sent', 'queued', 'sent', 'queued', 'sent']),
    );
    await deaf.kill();
  });
});

describe('with --reports auto', () => {
  it('no request becomes unconfirmed once a writer has said hello, also after a restart', async () => {
    await broker.start(LEASE);
    const writer = await newWriter();
    const first = await broker.acquire('a.h5');
    await writer.outcome(await writer.next());
    await comesTo(first, { state: 'written' });
    await writer.kill();
    await connected(0);
    const other = await newNonReporting(1);
    const id = await broker.acquire('b.h5');
    await until(async () => {
      const { json } = await broker.call('GET', '/health/ready');
      expect(json).toMatchObject({ details: { writers: { status: 'down' } } });
    });
    await broker.stop();
    await broker.start(LEASE);
    other.connect(broker.output);
    await connected(1);
    await until(async () => {
      const { json } = await broker.call('GET', '/health/ready');
      expect(json).toMatchObject({ details: { writers: { status: 'down' } } });
    });
    other.close();
    workOff(await newWriter());
    await comesTo(id, { state: 'written' });
  });

  it.each(['', '-20261124'])(
    'an outcome that a writer reported tells it of earlier releases (.outcomes%s)',
    async (rotated) => {
      await broker.start(LEASE);
      const writer = await newWriter();
      await broker.acquire('a.h5');
      await writer.outcome(await writer.next());
      const lost = await broker.acquire('b.h5');
      await writer.next();
      await until(async () =>
        expect(await broker.statistics()).toMatchObject({ requests_sent: 2 }),
      );
      await writer.kill();
      await broker.stop();
      // Brokers of earlier releases note no hello.
      const file = `${broker.trailFile}.outcomes`;
      const lines = readFileSync(file, 'utf8').split('\n');
      expect(lines.some((line) => line.startsWith('{"hello"'))).toBe(true);
      writeFileSync(file, lines.filter((line) => !line.startsWith('{"hello"')).join('\n'));
      if (rotated) renameSync(file, file + rotated);
      await broker.start(LEASE);
      const other = await newNonReporting(1);
      if (!rotated) await comesTo(lost, { state: 'sent', waits_for: 'silent_writer' });
      other.close();
      workOff(await newWriter());
      await comesTo(lost, { state: 'written' });
    },
  );

  it('a writer that stands still loses its connection, and what it was dealt is sent once more', async () => {
    await broker.start({ lease: 2 });
    const writer = await newWriter();
    await until(async () =>
      expect(await broker.statistics()).toMatchObject({ writers: [{ writer_id: writer.id }] }),
    );
    const still = await StoppedPuller.connect(broker.output);
    open.push(still);
    await connected(2);
    still.standStill();
    const ids: string[] = [];
    for (let n = 0; n < 6; n++) ids.push(await broker.acquire(`${n}.h5`));
    const attempts = workOff(writer);
    for (const id of ids) await comesTo(id, { state: 'written' });
    expect(Math.max(...attempts.values())).toBeLessThanOrEqual(2);
    await connected(1);
    still.goOn();
    await connected(2);
  });
});

import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BrokerFixture } from '../broker.fixture.js';
import { ReportingWriter, type SentRequest } from '../reporting-writer.fixture.js';

const SETTINGS = { lease: 0.5, reports: 'on' };

let broker: BrokerFixture;
const writers: ReportingWriter[] = [];

beforeEach(async () => {
  broker = await new BrokerFixture().start(SETTINGS);
});

afterEach(async () => {
  for (const writer of writers.splice(0)) await writer.kill();
  await broker.remove();
});

async function newWriter(): Promise<ReportingWriter> {
  const writer = await ReportingWriter.connect(broker);
  writers.push(writer);
  return writer;
}

const one = async (id: string) =>
  (await broker.call('GET', `/requests/${id}`)).json.request as {
    readonly state: string;
    readonly attempt: number;
    readonly history: readonly { readonly state: string }[];
  };

function comesTo(id: string, expected: object): Promise<void> {
  return vi.waitFor(async () => expect(await one(id)).toMatchObject(expected), {
    timeout: 10_000,
    interval: 20,
  });
}

/** A writer has the older of two requests for a file and is slow; another one has written it meanwhile. */
async function slowWriter() {
  const slow = await newWriter();
  const older = await broker.acquire('a.h5');
  const late = await slow.next();
  slow.stopTaking();
  const writer = await newWriter();
  const again = await writer.next();
  expect(again).toMatchObject({ request_id: older, attempt: 2 });
  await writer.outcome(again);
  await comesTo(older, { state: 'written' });
  return { slow, late, writer, again };
}

async function written(writer: ReportingWriter, file: string): Promise<SentRequest> {
  const id = await broker.acquire(file);
  const request = await writer.next();
  expect(request).toMatchObject({ request_id: id, attempt: 1 });
  await writer.outcome(request);
  await comesTo(id, { state: 'written' });
  return request;
}

async function restartAsAfterAKill(): Promise<void> {
  const files = [broker.trailFile, `${broker.trailFile}.outcomes`];
  const atTheKill = files.map((file) => readFileSync(file));
  await broker.stop();
  files.forEach((file, i) => writeFileSync(file, atTheKill[i]));
  await broker.start(SETTINGS);
}

const outcomes = () => readFileSync(`${broker.trailFile}.outcomes`, 'utf8');

describe('a request whose file an older one replaced', () => {
  it('is sent again under its id, and ends as written', async () => {
    const { slow, late, writer } = await slowWriter();
    const { request_id: newer } = await written(writer, 'a.h5');
    await slow.outcome(late);
    const again = await writer.next();
    expect(again).toMatchObject({ request_id: newer, attempt: 2 });
    await writer.outcome(again);
    await comesTo(newer, { state: 'written', attempt: 2 });
    const states = (await one(newer)).history.map(({ state }) => state);
    expect(states).toEqual(['queued', 'sent', 'written', 'queued', 'sent', 'written']);
    const told = { level: 'WARNING', request_id: newer, msg: expect.stringContaining('older') };
    expect(broker.log).toContainEqual(expect.objectContaining(told));
  });

  it('does so also after the broker was killed, and its line moved away', async () => {
    const { slow, late, writer } = await slowWriter();
    const { request_id: newer } = await written(writer, 'a.h5');
    renameSync(broker.trailFile, `${broker.trailFile}.1`);
    await written(writer, 'b.h5');
    writer.stopTaking();
    await vi.waitFor(async () => {
      expect(await broker.statistics()).toMatchObject({ writers_connected: 0 });
    });
    await slow.outcome(late);
    await expect.poll(outcomes).toContain('"reopened":1');
    await restartAsAfterAKill();
    await comesTo(newer, { state: 'sent', attempt: 1 });
    const next = await newWriter();
    const again = await next.next();
    expect(again).toMatchObject({ request_id: newer, attempt: 2 });
    await next.outcome(again);
    await comesTo(newer, { state: 'written', attempt: 2 });
    await restartAsAfterAKill();
    await comesTo(newer, { state: 'written', attempt: 2 });
  });

  it('does so when it is written, where it was under way, also after a kill', async () => {
    const { slow, late, writer } = await slowWriter();
    const newer = await broker.acquire('a.h5');
    const first = await writer.next();
    writer.holding = [first];
    await slow.outcome(late);
    await expect.poll(outcomes).toContain('"doubted"');
    await restartAsAfterAKill();
    const claiming = await ReportingWriter.connect(broker, [first]);
    writers.push(claiming);
    await comesTo(newer, { state: 'received' });
    claiming.holding = [];
    await claiming.outcome(first);
    const again = await claiming.next();
    expect(again).toMatchObject({ request_id: newer, attempt: 2 });
    await claiming.outcome(again);
    await comesTo(newer, { state: 'written', attempt: 2 });
  });

  it('is not sent again for a report that is told twice, or for one that is newest anyway', async () => {
    const { writer, again } = await slowWriter();
    const newer = await written(writer, 'a.h5');
    await writer.outcome(again);
    await writer.outcome(newer);
    await written(writer, 'b.h5');
    expect(await one(newer.request_id)).toMatchObject({ state: 'written', attempt: 1 });
  });

  it('is the last one that was written, and no failed one', async () => {
    const { slow, late, writer } = await slowWriter();
    const { request_id: newer } = await written(writer, 'a.h5');
    const failing = await broker.acquire('a.h5');
    const failure = { code: 'x', message: 'y' };
    await writer.outcome(await writer.next(), { state: 'failed', failure });
    await comesTo(failing, { state: 'failed' });
    await slow.outcome(late);
    expect(await writer.next()).toMatchObject({ request_id: newer, attempt: 2 });
    expect(await one(failing)).toMatchObject({ state: 'failed', attempt: 1 });
  });
});

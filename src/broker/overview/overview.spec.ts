import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BrokerFixture, PARAMETERS } from '../broker.fixture.js';
import { ReportingWriter } from '../reporting-writer.fixture.js';
import type { Overview, WholeAcquisition } from './replies.js';

let broker: BrokerFixture;
const writers: ReportingWriter[] = [];

beforeEach(() => {
  broker = new BrokerFixture();
});

afterEach(async () => {
  for (const writer of writers.splice(0)) await writer.kill();
  await broker.remove();
});

async function connect(): Promise<ReportingWriter> {
  const writer = await ReportingWriter.connect(broker);
  writers.push(writer);
  return writer;
}

async function overview(): Promise<Overview> {
  return (await broker.call('GET', '/overview')).json.overview as Overview;
}

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

describe('GET /overview', () => {
  it('follows the acquisition from its parameters to its stop', async () => {
    await broker.start();
    expect((await overview()).acquisition).toEqual({ status: 'stopped' });
    await broker.call('POST', '/parameters', { body: PARAMETERS });
    const configured = {
      status: 'configured',
      id: expect.any(String),
      output_file: join(broker.folder, 'a.h5'),
      instrument: 'TEST',
      user: 'p1',
      channels: 2,
      configured_at: expect.any(Number),
    };
    expect((await overview()).acquisition).toEqual(configured);
    await broker.call('PUT', '/start_pulse_id/7');
    await broker.call('PUT', '/start_pulse_id/5');
    const receiving = {
      ...configured,
      status: 'receiving',
      start_pulse_id: 5,
      started_at: expect.any(Number),
      earlier_starts: [{ start_pulse_id: 7, time: expect.any(Number) }],
    };
    expect((await overview()).acquisition).toEqual(receiving);
    const { json } = await broker.call('GET', '/acquisition');
    expect(json.acquisition as WholeAcquisition).toEqual({
      ...receiving,
      parameters: PARAMETERS,
      channel_names: ['A', 'B'],
    });
    await broker.call('PUT', '/stop_pulse_id/9');
    expect((await overview()).acquisition).toEqual({ status: 'stopped' });
  });

  it('has the queue, and each writer with what it is doing and what came to it', async () => {
    await broker.start();
    const writer = await connect();
    const first = await broker.acquire('a.h5');
    const second = await broker.acquire('b.h5');
    const request = await writer.next();
    await writer.progress(request, 'writing', 3000);
    await expect
      .poll(async () => (await overview()).writers)
      .toMatchObject([
        {
          writer_id: writer.id,
          silent: false,
          requests_under_way: 1,
          jobs: [{ request_id: first, state: 'writing', bytes: 3000, channels_asked: 2 }],
          bytes_per_second: 300,
        },
      ]);
    const busy = await overview();
    expect(sum(Object.values(busy.queue).slice(0, 3))).toBe(2);
    expect(busy.queue.oldest_age).toBeGreaterThan(0);
    // A further attempt begins at 0: what came before is counted all the same.
    await writer.progress(request, 'writing', 1000);
    await writer.outcome(request, { bytes: 1500 });
    await writer.outcome(await writer.next(), {
      state: 'failed',
      failure: { code: 'no_data', message: 'none' },
      bytes: 10,
    });
    await expect.poll(async () => sum((await overview()).throughput.failed)).toBe(1);
    const { throughput, writers: done } = await overview();
    expect(sum(throughput.bytes)).toBe(3000 + 1500 + 10);
    expect(sum(throughput.files)).toBe(1);
    expect(throughput.bytes).toHaveLength(90);
    expect(done).toMatchObject([{ jobs: [], last_error: { request_id: second } }]);
  });

  it('does not count once more what a writer tells that goes on after its lease', async () => {
    await broker.start({ lease: 0.5, reports: 'on' });
    const writer = await connect();
    await broker.acquire('a.h5');
    const request = await writer.next();
    writer.stopTaking();
    await writer.progress(request, 'writing', 3000);
    const bytes = async () => sum((await overview()).throughput.bytes);
    await expect.poll(bytes).toBe(3000);
    const path = `/requests/${request.request_id}`;
    const stands = async () => (await broker.call('GET', path)).json.request;
    await expect.poll(stands).toMatchObject({ state: 'queued' });
    await writer.progress(request, 'writing', 9000);
    await expect.poll(stands).toMatchObject({ state: 'writing', bytes: 9000 });
    expect(await bytes()).toBe(3000);
    await writer.outcome(request, { bytes: 9500 });
    await expect.poll(bytes).toBe(3500);
  });

  it('keeps a writer that was lost as silent, with what it left, until it is heard again', async () => {
    await broker.start({ lease: 0.5, reports: 'on' });
    const writer = await connect();
    await broker.acquire('a.h5');
    writer.holding = [await writer.next()];
    const seen = async () => (await overview()).writers;
    await expect.poll(seen).toMatchObject([{ requests_under_way: 1, silent: false }]);
    expect((await seen())[0]).not.toHaveProperty('requests_lost');
    await writer.kill();
    const lost = { writer_id: writer.id, silent: true, requests_lost: 1, requests_under_way: 0 };
    await expect.poll(seen).toMatchObject([lost]);
    const other = await connect();
    await expect.poll(seen).toMatchObject([{ writer_id: other.id, silent: false }, lost]);
  });

  it('names a writer whose heartbeats come again as silent no more', async () => {
    await broker.start({ lease: 0.5, reports: 'on' });
    const writer = await connect();
    writer.fallSilent();
    const seen = async () => (await overview()).writers;
    await expect.poll(seen).toMatchObject([{ writer_id: writer.id, silent: true }]);
    await writer.present('heartbeat');
    await expect.poll(seen).toMatchObject([{ writer_id: writer.id, silent: false }]);
  });

  it('says what is wrong, and nothing where all is well', async () => {
    const channels_file = join(broker.folder, 'channels.txt');
    await broker.start({ channels_file });
    const wrong = (await overview()).health.map(({ check, status }) => `${check} ${status}`);
    expect(wrong).toEqual(['writers degraded', 'channel_list degraded']);
    writeFileSync(channels_file, 'A\n');
    await connect();
    await expect.poll(async () => (await overview()).health).toEqual([]);
  });

  it('says what the page offers, and whether there are channels to search', async () => {
    await broker.start({ page: 'read_only' });
    expect(await overview()).toMatchObject({ page: 'read_only', channel_search: false });
  });
});

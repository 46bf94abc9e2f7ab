import { existsSync, readFileSync, renameSync, symlinkSync, unlinkSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Subject, lastValueFrom } from 'rxjs';
import { WORK_QUEUE, type WorkQueue } from '../../transport/work-queue.js';
import { OutcomesFile } from '../ledger/outcomes-file.js';
import { Deliveries } from '../outbox/deliveries.js';
import { BrokerFixture } from '../broker.fixture.js';
import { ReportingWriter } from '../reporting-writer.fixture.js';

let broker: BrokerFixture;
const writers: ReportingWriter[] = [];

beforeEach(async () => {
  broker = await new BrokerFixture().start();
});

afterEach(async () => {
  for (const writer of writers.splice(0)) await writer.kill();
  await broker.remove();
  vi.restoreAllMocks();
});

async function newWriter(): Promise<ReportingWriter> {
  const writer = await ReportingWriter.connect(broker);
  writers.push(writer);
  return writer;
}

const cancel = (id: string) => broker.call('DELETE', `/requests/${id}`);
const one = async (id: string) =>
  (await broker.call('GET', `/requests/${id}`)).json.request as Record<string, unknown>;

function comesTo(id: string, state: string): Promise<void> {
  return vi.waitFor(async () => expect((await one(id)).state).toBe(state), {
    timeout: 4000,
    interval: 10,
  });
}

/** It is known to take nothing any more, so that nothing is sent to it again. */
async function stopsTaking(writer: ReportingWriter): Promise<void> {
  writer.stopTaking();
  const connected = async () => (await broker.statistics()).writers_connected;
  await vi.waitFor(async () => expect(await connected()).toBe(0), 4000);
}

describe('DELETE /requests/<id>', () => {
  it('cancels what waits: it is on disk, and never sent, through a restart too', async () => {
    const [id, other] = [await broker.acquire('a.h5'), await broker.acquire('b.h5')];
    const { status, json } = await cancel(id);
    expect({ status, json }).toMatchObject({
      status: 200,
      json: { state: 'ok', request: { request_id: id, state: 'recorded', cancelled: true } },
    });
    expect(readFileSync(`${broker.trailFile}.outcomes`, 'utf8')).toMatch(
      /"state":"recorded".*"cancelled":true/,
    );
    await broker.stop();
    await broker.start();
    expect(await one(id)).toMatchObject({ state: 'recorded', cancelled: true });
    const writer = await newWriter();
    expect(await writer.next()).toMatchObject({ request_id: other });
    expect((await cancel(id)).json.message).toContain('is cancelled already');
  });

  it('cancels what was returned', async () => {
    const id = await broker.acquire('a.h5');
    const writer = await newWriter();
    const request = await writer.next();
    await stopsTaking(writer);
    await writer.giveBack(request);
    await comesTo(id, 'returned');
    expect((await cancel(id)).json.request).toMatchObject({ cancelled: true, attempt: 1 });
  });

  it('is overtaken by the file, where a writer that was lost had the request still', async () => {
    const id = await broker.acquire('a.h5');
    const writer = await newWriter();
    const request = await writer.next();
    await writer.progress(request, 'writing');
    await comesTo(id, 'writing');
    await stopsTaking(writer);
    await writer.goodbye();
    await comesTo(id, 'queued');
    expect((await cancel(id)).json.request).toMatchObject({ cancelled: true });
    await writer.outcome(request, { state: 'failed' });
    await writer.outcome(request);
    await comesTo(id, 'written');
    expect(await one(id)).not.toHaveProperty('cancelled');
  });

  it('says why it does not cancel what is under way, settled or unknown', async () => {
    const id = await broker.acquire('a.h5');
    const writer = await newWriter();
    const request = await writer.next();
    await writer.progress(request, 'writing');
    await comesTo(id, 'writing');
    expect(await cancel(id)).toMatchObject({
      status: 409,
      json: { state: 'error', message: expect.stringContaining('is with a writer (writing)') },
    });
    await writer.outcome(request);
    await comesTo(id, 'written');
    expect(await cancel(id)).toMatchObject({
      status: 409,
      json: { state: 'error', message: expect.stringContaining('is written already') },
    });
    expect((await cancel('nobody')).status).toBe(404);
    expect(await one(id)).toMatchObject({ state: 'written' });
  });

  it('does not cancel what is being handed over', async () => {
    const queue = broker.app.get<WorkQueue>(WORK_QUEUE, { strict: false });
    const taken = new Subject<void>();
    const emit = vi.spyOn(queue, 'emit').mockReturnValue(taken);
    await newWriter();
    const id = await broker.acquire('a.h5');
    await vi.waitFor(() => expect(emit).toHaveBeenCalled(), 4000);
    expect((await cancel(id)).status).toBe(409);
    taken.complete();
    await comesTo(id, 'sent');
  });

  it('is answered alike where it comes twice at once, and a lost writer names the request', async () => {
    const id = await broker.acquire('a.h5');
    const writer = await newWriter();
    const request = await writer.next();
    await writer.progress(request, 'writing');
    await comesTo(id, 'writing');
    await stopsTaking(writer);
    await writer.goodbye();
    await comesTo(id, 'queued');
    const disk = new Subject<void>();
    const real = Reflect.get(OutcomesFile.prototype, 'settleDurably');
    const save = vi.spyOn(OutcomesFile.prototype, 'settleDurably');
    save.mockImplementation(async function (this: OutcomesFile, record) {
      await lastValueFrom(disk, { defaultValue: undefined });
      return real.call(this, record);
    });
    const replies = [cancel(id), cancel(id)];
    await vi.waitFor(() => expect(save).toHaveBeenCalled(), 4000);
    const held = { attempt: 1, state: 'writing', bytes: 1, rows: 1, tries: 1 } as const;
    broker.app.get(Deliveries).reported.named(writer.id, { ...held, request_id: id });
    disk.complete();
    const statuses = (await Promise.all(replies)).map(({ status }) => status);
    expect(statuses).toEqual([200, 200]);
    expect(await one(id)).toMatchObject({ state: 'recorded', cancelled: true });
  });

  it('is refused to pages of other sites', async () => {
    const id = await broker.acquire('a.h5');
    const headers = { Origin: 'https://example.org' };
    expect((await broker.call('DELETE', `/requests/${id}`, { headers })).status).toBe(403);
    expect(await one(id)).toMatchObject({ state: 'queued' });
  });

  it.skipIf(!existsSync('/dev/full'))(
    'changes nothing if the disk does not take it, and the request is sent',
    async () => {
      const id = await broker.acquire('a.h5');
      const outcomes = `${broker.trailFile}.outcomes`;
      renameSync(outcomes, `${outcomes}.aside`);
      symlinkSync('/dev/full', outcomes);
      const { status, json } = await cancel(id);
      expect({ status, json }).toMatchObject({
        status: 503,
        json: { message: expect.stringContaining('ENOSPC') },
      });
      unlinkSync(outcomes);
      expect(await one(id)).toMatchObject({ state: 'queued' });
      const writer = await newWriter();
      expect(await writer.next()).toMatchObject({ request_id: id });
    },
  );
});

describe('POST /requests', () => {
  const body = (more: object = {}) => ({
    data_api_request: '{"channels":[{"name":"A"}],"range":{"startPulseId":5,"endPulseId":6}}',
    parameters: '{"output_file":"b.h5"}',
    timestamp: 1529914272.1,
    ...more,
  });
  const lane = async (query: string, submitted: object) => {
    const { status } = await broker.call('POST', `/requests${query}`, { body: submitted });
    return status === 200 ? broker.recorded().at(-1)!.lane : status;
  };

  it('puts requests in the background, unless they are said to be live', async () => {
    await broker.acquire('a.h5');
    const [recorded] = broker.recorded();
    expect(recorded.lane).toBe('live');
    expect(await lane('', recorded)).toBe('background');
    expect(await lane('?lane=live', recorded)).toBe('live');
    expect(await lane('', body())).toBe('background');
    expect(await lane('', body({ lane: 'live' }))).toBe('live');
    expect(await lane('?lane=background', body({ lane: 'live' }))).toBe('background');
    expect(await lane('', body({ lane: 'express' }))).toBe(400);
    expect(await lane('?lane=express', body())).toBe(400);
    const { json } = await broker.call('GET', '/requests?limit=1');
    expect(json.requests).toMatchObject([{ lane: 'background' }]);
  });

  it('tells submissions under one key apart by their lane', async () => {
    await broker.acquire('a.h5');
    const [recorded] = broker.recorded();
    const headers = { 'Idempotency-Key': '6f9b7e62-5f0e-4a56-9a51-0f5a3ddc4a55' };
    const submit = async (query: string) =>
      (await broker.call('POST', `/requests${query}`, { body: recorded, headers })).status;
    expect(await submit('?lane=live')).toBe(200);
    expect(await submit('?lane=live')).toBe(200);
    expect(await submit('')).toBe(409);
  });
});

import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BrokerFixture, PARAMETERS, outline } from '../broker.fixture.js';
import type { AcquisitionHead } from './replies.js';

let broker: BrokerFixture;
let file: string;

beforeEach(async () => {
  broker = await new BrokerFixture().start();
  file = `${broker.trailFile}.abandoned`;
});

afterEach(() => broker.remove());

const post = (change: object = {}) =>
  broker.call('POST', '/parameters', { body: { ...PARAMETERS, ...change } });
const start = (pulseId: number) => broker.call('PUT', `/start_pulse_id/${pulseId}`);
const stop = (pulseId: number) => broker.call('PUT', `/stop_pulse_id/${pulseId}`);
const giveUp = () => broker.call('GET', '/stop');
const complete = (id: string, body: object) =>
  broker.call('POST', `/acquisitions/${id}/complete`, { body });
const pulses = () => broker.recorded().map((request) => outline(request).pulses);

async function list(query = '?state=abandoned'): Promise<AcquisitionHead[]> {
  return (await broker.call('GET', `/acquisitions${query}`)).json.acquisitions as AcquisitionHead[];
}

/** One that is given up. @returns its id */
async function abandon(change: object = {}): Promise<string> {
  await post(change);
  await start(100);
  await giveUp();
  return (await list())[0].id;
}

async function restart(settings = {}): Promise<void> {
  await broker.stop();
  await broker.start(settings);
}

describe('an acquisition without its stop', () => {
  it('is kept when it is given up, and through a restart', async () => {
    const more = { 'my/own': { deep: [1, null, 'ü'] } };
    const id = await abandon(more);
    const head = {
      id,
      state: 'abandoned',
      why: 'given_up',
      output_file: join(broker.folder, 'a.h5'),
      start_pulse_id: 100,
      earlier_starts: [],
      times: {
        parameters: expect.any(Number),
        start: expect.any(Number),
        abandoned: expect.any(Number),
      },
    };
    for (const again of [false, true]) {
      if (again) await restart();
      expect(await list()).toEqual([head]);
      const { json } = await broker.call('GET', `/acquisitions/${id}`);
      expect(json).toEqual({
        state: 'ok',
        status: 'stopped',
        acquisition: { ...head, parameters: { ...PARAMETERS, ...more }, channels: ['A', 'B'] },
      });
    }
    expect((await broker.call('GET', '/metrics')).text).toContain(
      'broker_acquisitions_abandoned_total{why="given_up"} 0',
    );
  });

  it('is kept when other parameters take its place, but not when its own come again', async () => {
    await post();
    await start(7);
    await post({ 'general/user': 'p2' });
    expect(await list()).toEqual([]);
    await post({ output_file: 'b.h5' });
    await post({ output_file: 'b.h5', channels: ['B', 'C'] });
    expect(await list()).toMatchObject([
      { why: 'parameters_replaced', output_file: join(broker.folder, 'b.h5') },
      { why: 'parameters_replaced', output_file: join(broker.folder, 'a.h5'), start_pulse_id: 7 },
    ]);
    await stop(8);
    expect(broker.recorded().map(outline)).toMatchObject([
      { channels: ['B', 'C'], pulses: [7, 8] },
    ]);
    expect((await broker.call('GET', '/metrics')).text).toContain(
      'broker_acquisitions_abandoned_total{why="parameters_replaced"} 2',
    );
  });

  it('is nothing to keep without its parameters or its start', async () => {
    await post();
    await giveUp();
    await start(1);
    await giveUp();
    await start(1);
    await stop(2);
    await broker.acquire('a.h5');
    expect(existsSync(file)).toBe(false);
  });

  it('has the starts that others replaced, through a restart', async () => {
    await start(98);
    await post();
    await start(99);
    await restart();
    await start(99);
    await start(100);
    await giveUp();
    const earlier = (start_pulse_id: number) => ({ start_pulse_id, time: expect.any(Number) });
    expect(await list()).toMatchObject([
      { start_pulse_id: 100, earlier_starts: [earlier(98), earlier(99)] },
    ]);
  });

  it('is listed newest first, by state, as many as are asked for', async () => {
    const ids: string[] = [];
    for (const name of ['a', 'b', 'c']) ids.push(await abandon({ output_file: `${name}.h5` }));
    await complete(ids[1], { stop_pulse_id: 200 });
    expect((await list('')).map(({ id }) => id)).toEqual([...ids].reverse());
    expect((await list('?limit=1')).map(({ id }) => id)).toEqual([ids[2]]);
    expect((await list('?state=abandoned')).map(({ id }) => id)).toEqual([ids[2], ids[0]]);
    expect(await list('?state=completed')).toMatchObject([
      { id: ids[1], completed: { start_pulse_id: 100, stop_pulse_id: 200 } },
    ]);
    const wrong = await broker.call('GET', '/acquisitions?state=gone&limit=0');
    expect(wrong).toMatchObject({
      status: 400,
      json: { message: expect.stringMatching(/state 'gone' is not a state.*limit must be/) },
    });
  });

  it('is not kept where it can’t be, and the calls go on, with an error in the log', async () => {
    mkdirSync(file);
    await post();
    await start(1);
    expect((await giveUp()).status).toBe(200);
    expect(await broker.statusWord()).toBe('stopped');
    expect(broker.log).toContainEqual(
      expect.objectContaining({
        level: 'ERROR',
        msg: 'abandoned acquisition could not be noted',
        file,
        output_file: join(broker.folder, 'a.h5'),
        start_pulse_id: 1,
      }),
    );
    rmSync(file, { recursive: true });
    await abandon();
    expect(await list()).toHaveLength(1);
  });

  it('is the one under way where a broker was killed before it was given up', async () => {
    await post();
    await start(1);
    const saved = `${broker.trailFile}.acquisition`;
    copyFileSync(saved, `${saved}.copy`);
    await giveUp();
    const [{ id }] = await list();
    await broker.stop();
    copyFileSync(`${saved}.copy`, saved);
    await broker.start();
    expect(await broker.statusWord()).toBe('receiving');
    expect(await list()).toEqual([]);
    expect((await broker.call('GET', `/acquisitions/${id}`)).status).toBe(404);
    const early = await complete(id, { stop_pulse_id: 2 });
    expect(early).toMatchObject({
      status: 409,
      json: { message: expect.stringContaining('PUT /stop_pulse_id') },
    });
    await stop(2);
    expect((await complete(id, { stop_pulse_id: 2 })).status).toBe(409);
    expect(await list()).toEqual([]);
    expect(pulses()).toEqual([[1, 2]]);
  });
});

describe('the stop that comes late', () => {
  it('makes the requests that it would have made, of channels and of cameras', async () => {
    const posted = { channels: ['A', 'C:FPICTURE'], n: 1 };
    const id = await abandon(posted);
    const reply = await complete(id, { stop_pulse_id: 200 });
    expect(reply).toMatchObject({
      status: 200,
      json: { state: 'ok', status: 'stopped', request_ids: [id, `${id}-images`] },
    });
    expect(broker.recorded()).toMatchObject([
      { request_id: id, lane: 'live' },
      { request_id: `${id}-images`, lane: 'live' },
    ]);
    expect(broker.recorded().map(outline)).toEqual([
      { file: join(broker.folder, 'a.h5'), channels: ['A'], pulses: [100, 200] },
      { file: join(broker.folder, 'a.IMAGES.h5'), channels: ['C:FPICTURE'], pulses: [100, 200] },
    ]);
    expect((await broker.call('GET', `/requests/${id}`)).json.request).toMatchObject({
      state: 'queued',
    });
    expect(await broker.statistics()).toMatchObject({ n_processed_requests: 1 });
  });

  it('leaves the acquisition alone that is under way', async () => {
    const id = await abandon();
    await post({ output_file: 'b.h5' });
    await start(5);
    expect((await complete(id, { stop_pulse_id: 200 })).json.status).toBe('receiving');
    await stop(6);
    expect(pulses()).toEqual([
      [100, 200],
      [5, 6],
    ]);
  });

  it('may choose an earlier start', async () => {
    await post();
    for (const pulse of [90, 95, 100]) await start(pulse);
    await giveUp();
    const [{ id }] = await list();
    expect((await complete(id, { stop_pulse_id: 200, start_pulse_id: 95 })).status).toBe(200);
    expect(pulses()).toEqual([[95, 200]]);
  });

  it.each([
    [{}, 'stop_pulse_id is missing: give the last pulse id'],
    [{ stop_pulse_id: '200' }, 'stop_pulse_id must be an integer from 0'],
    [{ stop_pulse_id: 2 ** 54 }, 'stop_pulse_id must be an integer from 0'],
    [{ stop_pulse_id: 200, start: 1 }, 'start is not known: use stop_pulse_id, start_pulse_id'],
    [{ stop_pulse_id: 200, constructor: 1 }, 'constructor is not known'],
    [
      { stop_pulse_id: 200, start_pulse_id: 90 },
      'start_pulse_id is no start of this acquisition: choose 100 or 95',
    ],
    [
      { stop_pulse_id: 98 },
      'stop_pulse_id is lower than start pulse id 100: give 100 or more, or as start_pulse_id 95',
    ],
    [[1], 'the body must be a JSON object'],
  ])('is refused as %j, and may come again', async (body, message) => {
    await post();
    await start(95);
    await start(100);
    await giveUp();
    const [{ id }] = await list();
    expect(await complete(id, body)).toMatchObject({
      status: 400,
      json: { message: expect.stringContaining(message) },
    });
    expect(broker.recorded()).toEqual([]);
    expect((await complete(id, { stop_pulse_id: 100 })).status).toBe(200);
  });

  it('is refused of one that is not known, and from another site', async () => {
    expect(await complete('none', { stop_pulse_id: 1 })).toMatchObject({
      status: 404,
      json: { message: expect.stringContaining('GET /acquisitions lists') },
    });
    const headers = { Origin: 'https://example.org' };
    const foreign = await broker.call('POST', '/acquisitions/x/complete', { body: {}, headers });
    expect(foreign.status).toBe(403);
  });

  it('comes once, also to a broker that was started since, or killed right after it', async () => {
    const id = await abandon();
    copyFileSync(file, `${file}.copy`);
    const both = await Promise.all([
      complete(id, { stop_pulse_id: 200 }),
      complete(id, { stop_pulse_id: 201 }),
    ]);
    expect(both.map(({ status }) => status)).toEqual([200, 409]);
    expect(both[1].json.message).toContain(`GET /requests/${id}`);
    await restart();
    expect((await complete(id, { stop_pulse_id: 200 })).status).toBe(409);
    await broker.stop();
    copyFileSync(`${file}.copy`, file);
    await broker.start();
    expect((await complete(id, { stop_pulse_id: 200 })).status).toBe(409);
    expect(await list('?state=completed')).toMatchObject([{ id }]);
    expect(pulses()).toEqual([[100, 200]]);
  });

  it('can come again where it could not be recorded', async () => {
    const id = await abandon();
    rmSync(broker.trailFile);
    mkdirSync(broker.trailFile);
    expect((await complete(id, { stop_pulse_id: 200 })).status).toBe(503);
    rmSync(broker.trailFile, { recursive: true });
    expect((await complete(id, { stop_pulse_id: 200 })).status).toBe(200);
    expect(pulses()).toEqual([[100, 200]]);
  });
});

describe('the file of abandoned acquisitions', () => {
  it('keeps the newest 1,000, with what became of them', async () => {
    const id = await abandon();
    const line = readFileSync(file, 'utf8').trim();
    await broker.stop();
    const lines = Array.from({ length: 1098 }, (_, n) => line.replace(id, `acquisition-${n}`));
    writeFileSync(file, `${lines.join('\n')}\n{"id": "to`);
    await broker.start();
    expect(broker.log).toContainEqual(
      expect.objectContaining({ level: 'WARNING', file, msg: expect.stringContaining('damaged') }),
    );
    expect((await complete('acquisition-1000', { stop_pulse_id: 200 })).status).toBe(200);
    expect((await complete('acquisition-0', { stop_pulse_id: 200 })).status).toBe(200);
    await abandon({ output_file: 'b.h5' });
    const last = await abandon({ output_file: 'c.h5' });
    const kept = readFileSync(file, 'utf8').trim().split('\n');
    expect(kept).toHaveLength(1001);
    for (const again of [false, true]) {
      if (again) await restart();
      const all = await list('?limit=1000');
      expect(all).toHaveLength(1000);
      expect(all[0].id).toBe(last);
      expect(all.at(-1)!.id).toBe('acquisition-100');
      expect(all.find((each) => each.id === 'acquisition-1000')!.state).toBe('completed');
      expect((await complete('acquisition-0', { stop_pulse_id: 1 })).status).toBe(404);
    }
  });

  it('keeps numbers as they came', async () => {
    const body = JSON.stringify(PARAMETERS).replace(/}$/, ',"n":[9007199254740993,1.0]}');
    const headers = { 'Content-Type': 'application/json' };
    await broker.call('POST', '/parameters', { body, headers });
    await start(1);
    await giveUp();
    const [{ id }] = await list();
    expect((await broker.call('GET', `/acquisitions/${id}`)).text).toContain(
      '"n":[9007199254740993,1.0]',
    );
    await complete(id, { stop_pulse_id: 2 });
    expect(broker.recorded()[0].parameters).toContain('"n":[9007199254740993,1.0]');
  });
});

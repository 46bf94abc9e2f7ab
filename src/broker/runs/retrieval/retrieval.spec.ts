import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockFile } from '../../../audit/kernel-lock.js';
import { type Reply, outline } from '../../broker.fixture.js';
import { RETRIEVAL, RunsBroker } from '../runs-broker.fixture.js';

let broker: RunsBroker;

beforeEach(async () => {
  broker = await new RunsBroker().start();
});
afterEach(() => broker.remove());

describe('POST /retrieve_from_buffers', () => {
  it('has the run on disk and its requests in the trail when it answers', async () => {
    const reply = await broker.retrieve({ camera_list: ['C'], user_tag: 'dark' });
    const { raw } = broker;
    const files = ['BSDATA', 'CAMERAS'].map((kind) => join(raw, `run0001/data/acq0001.${kind}.h5`));
    const [id] = reply.json.request_ids as string[];
    expect(reply.status).toBe(200);
    expect(reply.json).toEqual({
      status: 'ok',
      message: '1',
      run_number: '1',
      acquisition_number: '1',
      unique_acquisition_number: '1',
      files,
      request_ids: [id, `${id}-images`],
    });
    expect(reply.headers['x-request-ids']).toBe(`${id},${id}-images`);
    expect(broker.recorded().map(outline)).toEqual([
      { file: files[0], channels: ['A', 'B'], pulses: [1000, 1099] },
      { file: files[1], channels: ['C'], pulses: [1000, 1099] },
    ]);
    const [channels, cameras] = broker.recorded();
    expect(channels).toMatchObject({
      request_id: id,
      layout: 'root',
      log_file: join(raw, 'run0001/logs/acq0001.BSDATA.log'),
    });
    expect(cameras.data_api_request).toContain('"sf-imagebuffer"');
    expect(JSON.parse(channels.parameters)).toMatchObject({
      'general/user': '12345',
      'general/process': 'sf_databuffer_writer.broker_manager',
      'general/instrument': 'simulator',
      'general/created': expect.stringMatching(/\.\d{6}$/) as string,
    });
    expect(broker.json('run0001/meta/acq0001.json')).toMatchObject({
      ...RETRIEVAL,
      user_tag: 'dark',
      beamline: 'simulator',
      run_number: 1,
      acquisition_number: 1,
      unique_acquisition_run_number: 1,
      request_ids: [id, `${id}-images`],
    });
    expect(broker.json('run0001/meta/scan.json')).toMatchObject({ pulseIds: [[1000, 1099]] });
  });

  it('widens the range at lower rates, and says so nowhere else', async () => {
    await broker.retrieve({ rate_multiplicator: 10, stop_pulseid: 1100, camera_list: ['C'] });
    const pulses = broker.recorded().map((request) => outline(request).pulses);
    expect(pulses).toEqual([
      [999, 1101],
      [999, 1101],
    ]);
    expect(broker.json('run0001/meta/acq0001.json')).toMatchObject({
      start_pulseid: 1000,
      stop_pulseid: 1100,
    });
    expect(broker.json('run0001/meta/scan.json')).toMatchObject({ pulseIds: [[1000, 1100]] });
  });

  it('keeps positions that are no numbers, as Python writes them', async () => {
    const scan_info = { scan_name: 'delay', scan_readbacks: ['NAN'], scan_values: [1] };
    const body = JSON.stringify({ ...RETRIEVAL, scan_info }).replace('"NAN"', 'NaN');
    const headers = { 'Content-Type': 'application/json' };
    const reply = await broker.call('POST', '/retrieve_from_buffers', { headers, body });
    expect(reply.json).toMatchObject({ status: 'ok' });
    for (const file of ['acq0001.json', 'scan.json']) {
      expect(broker.text('run0001/meta', file)).toMatch(/"scan_readbacks": \[\s+(\[\s+)?NaN\s/);
    }
  });

  it('adds acquisitions to a run whose number was given', async () => {
    const { run_number } = (await broker.post('/advance_run_number', { pgroup: 'p12345' })).json;
    const replies = [
      await broker.retrieve({ run_number }),
      await broker.retrieve({ run_number: String(run_number), start_pulseid: 1001 }),
    ];
    expect(replies.map(({ json }) => [json.message, json.acquisition_number])).toEqual([
      ['1', '1'],
      ['1', '2'],
    ]);
    expect(replies[1].json.unique_acquisition_number).toBe('2');
  });

  it('names what nobody writes, and promises no file of it', async () => {
    const { json } = await broker.retrieve({ pv_list: ['P1', 'P2'], detectors: { JF01: {} } });
    expect(json.not_written).toEqual({ pv_list: ['P1', 'P2'], detectors: ['JF01'] });
    expect(json.files).toHaveLength(1);
    expect(broker.json('run0001/meta/acq0001.json').not_written).toEqual(json.not_written);
  });

  it('makes no request of empty lists', async () => {
    const { json } = await broker.retrieve({ channels_list: [], camera_list: [] });
    expect(json).toMatchObject({ status: 'ok', message: '1', files: [], request_ids: [] });
    expect(broker.recorded()).toEqual([]);
    expect(existsSync(join(broker.raw, 'run0001/data'))).toBe(true);
  });

  it('keeps selected pulses for writers', async () => {
    await broker.retrieve({ selected_pulse_ids: ['1002', 1004] });
    const { parameters } = broker.recorded()[0];
    expect(JSON.parse(parameters)).toMatchObject({ selected_pulse_ids: [1002, 1004] });
  });

  it('only records where that is all the broker does', async () => {
    await broker.stop();
    await broker.start({ audit_trail_only: true, epics_writer_url: 'http://127.0.0.1:1/' });
    const { json } = await broker.retrieve({ pv_list: ['P'] });
    expect(json).toMatchObject({ status: 'ok', not_written: { pv_list: ['P'] } });
    expect(broker.recorded()[0].dispatch).toBe(false);
  });

  it('tells all that is wrong, and spends nothing', async () => {
    const before = broker.tree();
    const { status, json } = await broker.retrieve({
      pgroup: '../p1',
      stop_pulseid: 999,
      rate_multiplicator: 3,
    });
    expect(status).toBe(200);
    expect(json).toEqual({
      status: 'error',
      exception: 'ValidationError',
      message: expect.stringMatching(/rate_multiplicator .*pgroup .*stop_pulseid /) as string,
    });
    expect(broker.tree()).toEqual(before);
  });

  it.each([
    ['a pgroup without a folder', { pgroup: 'p99999' }, /pgroup has no raw folder/],
    ['a run number that was not given', { run_number: 5 }, /run_number 5 was not given out yet/],
  ])('refuses %s, and spends nothing', async (_what, fields, message) => {
    const { json } = await broker.retrieve(fields);
    expect(json).toMatchObject({ status: 'error', message: expect.stringMatching(message) });
    expect((await broker.retrieve()).json).toMatchObject({ message: '1', acquisition_number: '1' });
    expect(broker.recorded()).toHaveLength(1);
  });

  it('refuses a network of no beamline', async () => {
    await broker.stop();
    await broker.start({ beamlines: ['alvra=129.129.242.0/24'] });
    expect((await broker.retrieve()).json).toMatchObject({
      status: 'error',
      exception: 'ValueError',
      message: expect.stringContaining('--beamlines') as string,
    });
  });

  it('refuses a closed pgroup, and spends nothing', async () => {
    const closed = await broker.post('/close_pgroup_writing', { pgroup: 'p12345' });
    expect(closed.json).toEqual({ status: 'ok', message: 'p12345 is closed for writing' });
    const before = broker.tree();
    const message = expect.stringContaining('closed for writing') as string;
    for (const reply of [
      await broker.retrieve(),
      await broker.post('/advance_run_number', { pgroup: 'p12345' }),
      await broker.post('/close_pgroup_writing', { pgroup: 'p12345' }),
    ]) {
      expect(reply.json).toMatchObject({ status: 'error', message });
    }
    expect(broker.tree()).toEqual(before);
  });

  it('takes back what can not be recorded', async () => {
    await broker.retrieve();
    rmSync(broker.trailFile);
    mkdirSync(broker.trailFile);
    const failed = await broker.retrieve({ start_pulseid: 1001 });
    expect(failed.json).toMatchObject({ status: 'error', exception: 'OSError' });
    expect(failed.json.message).toContain("can't be written");
    expect(existsSync(join(broker.raw, 'run0002'))).toBe(false);
    rmSync(broker.trailFile, { recursive: true });
    const again = await broker.retrieve({ start_pulseid: 1001 });
    expect(again.json).toMatchObject({ status: 'ok' });
    expect(broker.recorded()).toHaveLength(1);
    await broker.stop();
    await broker.start();
    expect(broker.recorded()).toHaveLength(1);
  });

  it('accepts nothing that can not be noted first', async () => {
    await broker.stop();
    const file = `${broker.trailFile}.retrievals`;
    await broker.start();
    rmSync(file);
    mkdirSync(file);
    const { json } = await broker.retrieve();
    expect(json).toMatchObject({ status: 'error', exception: 'OSError' });
    expect(json.message).toContain(file);
    expect(broker.recorded()).toEqual([]);
    expect(existsSync(join(broker.raw, 'run0001'))).toBe(false);
  });

  it.skipIf(process.getuid?.() === 0)('refuses a folder that it may not write', async () => {
    chmodSync(broker.raw, 0o555);
    const { json } = await broker.retrieve();
    chmodSync(broker.raw, 0o755);
    expect(json).toMatchObject({ status: 'error', message: expect.stringContaining('EACCES') });
    expect(broker.recorded()).toEqual([]);
  });
});

it('waits for nobody who has another pgroup', async () => {
  await broker.retrieve();
  mkdirSync(broker.rawOf('p2'), { recursive: true });
  const fd = openSync(join(broker.raw, 'run_info/.lock'), 'r+');
  let answered = false;
  let waiting: Promise<Reply>;
  try {
    expect(lockFile(fd)).toBe('taken');
    waiting = broker.retrieve({ start_pulseid: 1001 }).finally(() => (answered = true));
    expect((await broker.retrieve({ pgroup: 'p2' })).json).toMatchObject({ message: '1' });
    expect(answered).toBe(false);
  } finally {
    closeSync(fd);
  }
  expect((await waiting).json).toMatchObject({ message: '2' });
});

describe('the same retrieval again', () => {
  it('has the same reply and makes nothing more', async () => {
    const first = await broker.retrieve();
    const text = JSON.stringify(Object.fromEntries(Object.entries(RETRIEVAL).toReversed()));
    const headers = { 'Content-Type': 'application/json' };
    const again = await broker.call('POST', '/retrieve_from_buffers', { headers, body: text });
    expect(again.json).toEqual(first.json);
    expect(again.headers['x-request-ids']).toBe(first.headers['x-request-ids']);
    expect(broker.recorded()).toHaveLength(1);
    expect(broker.text('run_info/LAST_ARUN')).toBe('1');
  });

  it('waits for the first, where that is still at work', async () => {
    const replies = await Promise.all(Array.from({ length: 8 }, () => broker.retrieve()));
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
    expect(broker.recorded()).toHaveLength(1);
  });

  it('has it also after a restart', async () => {
    const first = await broker.retrieve();
    await broker.stop();
    await broker.start();
    expect((await broker.retrieve()).json).toEqual(first.json);
    expect(broker.recorded()).toHaveLength(1);
  });

  it('is a new one under another key, or with another number', async () => {
    const keys = ['a'.repeat(16), 'b'.repeat(16)];
    const replies = [
      await broker.retrieve(),
      await broker.retrieve({}, { 'Idempotency-Key': keys[0] }),
      await broker.retrieve({}, { 'Idempotency-Key': keys[0] }),
      await broker.retrieve({}, { 'Idempotency-Key': keys[1] }),
      await broker.retrieve({ stop_pulseid: '1099' }),
    ];
    expect(replies.map(({ json }) => json.message)).toEqual(['1', '2', '2', '3', '4']);
  });

  it('does not take a key that is none', async () => {
    const { json } = await broker.retrieve({}, { 'Idempotency-Key': 'short' });
    expect(json).toMatchObject({ status: 'error', exception: 'ValidationError' });
    expect(json.message).toContain('Idempotency-Key');
  });
});

/** What a broker that was killed at some moment left: the file's lines up to then. */
function keepLines(file: string, count: number): string[] {
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, count);
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
  return lines;
}

describe('a retrieval whose broker ended before it replied', () => {
  it('is carried on by the next one, and is what the client gets when it calls again', async () => {
    const lost = await broker.retrieve({ camera_list: ['C'] });
    await broker.stop();
    expect(keepLines(`${broker.trailFile}.retrievals`, 1)[0]).toContain('"intent"');
    writeFileSync(broker.trailFile, '');
    for (const name of ['run0001/meta/scan.json', 'run0001/meta/acq0001.json']) {
      rmSync(join(broker.raw, name));
    }
    await broker.start();
    const again = await broker.retrieve({ camera_list: ['C'] });
    expect(again.json).toEqual(lost.json);
    expect(broker.recorded().map(({ request_id }) => request_id)).toEqual(lost.json.request_ids);
    expect(broker.json('run0001/meta/scan.json').pulseIds).toEqual([[1000, 1099]]);
    const id = (lost.json.request_ids as string[])[0];
    const { json } = await broker.call('GET', `/requests/${id}`);
    expect(json.request).toMatchObject({ state: 'queued' });
    expect(broker.log).toContainEqual(
      expect.objectContaining({ msg: 'retrieval of a predecessor carried on', run_number: 1 }),
    );
  });

  it('is carried on also where its pgroup was closed meanwhile, as its number was taken before', async () => {
    const lost = await broker.retrieve();
    await broker.post('/close_pgroup_writing', { pgroup: 'p12345' });
    await broker.stop();
    keepLines(`${broker.trailFile}.retrievals`, 1);
    writeFileSync(broker.trailFile, '');
    await broker.start();
    expect((await broker.retrieve()).json).toEqual(lost.json);
    expect(broker.recorded()).toHaveLength(1);
  });

  it('is not recorded twice where only its note of that was lost', async () => {
    const lost = await broker.retrieve();
    await broker.stop();
    keepLines(`${broker.trailFile}.retrievals`, 1);
    await broker.start();
    expect((await broker.retrieve()).json).toEqual(lost.json);
    expect(broker.recorded()).toHaveLength(1);
  });

  it('is a new one where its place was taken meanwhile', async () => {
    await broker.post('/advance_run_number', { pgroup: 'p12345' });
    const lost = await broker.retrieve({ run_number: 1 });
    await broker.stop();
    keepLines(`${broker.trailFile}.retrievals`, 1);
    writeFileSync(broker.trailFile, '');
    rmSync(join(broker.raw, 'run0001'), { recursive: true });
    const other = new RunsBroker();
    await other.start({ pgroup_root: join(broker.folder, 'data', '{pgroup}', 'raw') });
    const taken = await other.retrieve({ run_number: 1, start_pulseid: 1050 });
    await other.remove();
    await broker.start();
    const again = await broker.retrieve({ run_number: 1 });
    expect(taken.json).toMatchObject({ acquisition_number: '1', unique_acquisition_number: '2' });
    expect(again.json).toMatchObject({ acquisition_number: '2', unique_acquisition_number: '3' });
    expect(again.json.request_ids).not.toEqual(lost.json.request_ids);
    expect(broker.recorded()).toHaveLength(1);
    expect(broker.json('run0001/meta/scan.json').pulseIds).toEqual([
      [1050, 1099],
      [1000, 1099],
    ]);
  });
});

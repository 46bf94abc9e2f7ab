import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { channelsOf } from '../../../request/channel-list.js';
import { dataApiRequest } from '../../../request/write-request.js';
import { BrokerFixture, PARAMETERS } from '../../broker.fixture.js';
import { ReportingWriter } from '../../reporting-writer.fixture.js';
import type { Run, RunsReply } from './replies.js';
import { fileOf, writeRun } from './run-on-disk.fixture.js';
import { MAX_WAITERS, RunWaits } from './run-waits.js';

let broker: BrokerFixture;
let raw: string;
let writer: ReportingWriter | undefined;

beforeEach(async () => {
  broker = new BrokerFixture();
  raw = join(broker.folder, 'p12345/raw');
  await broker.start(settings());
});

afterEach(async () => {
  await writer?.kill();
  writer = undefined;
  await broker.remove();
});

function settings() {
  return {
    pgroup_root: join(broker.folder, '{pgroup}/raw'),
    beamlines: ['simulator=127.0.0.0/8'],
  };
}

async function connect(): Promise<ReportingWriter> {
  writer = await ReportingWriter.connect(broker);
  return writer;
}

async function runs(query = '?pgroup=p12345'): Promise<RunsReply> {
  return (await broker.call('GET', `/runs${query}`)).json as unknown as RunsReply;
}

async function run(number = 7): Promise<Run> {
  return (await broker.call('GET', `/runs/p12345/${number}`)).json.run as Run;
}

/** Has the broker record a request for a file. @returns its id */
async function request(output_file: string, replay_of?: string): Promise<string> {
  const body = {
    data_api_request: JSON.stringify(
      dataApiRequest(channelsOf(['A', 'B']), { startPulseId: 1000, endPulseId: 1009 }),
    ),
    parameters: JSON.stringify({ ...PARAMETERS, output_file }),
    timestamp: 1,
    ...(replay_of !== undefined && { request_id: replay_of }),
  };
  const { json } = await broker.call('POST', '/requests', { body });
  return json.request_id as string;
}

const states = ({ acquisitions_list }: Run) =>
  acquisitions_list.flatMap(({ files }) => files.map(({ kind, state }) => `${kind} ${state}`));

describe('GET /runs', () => {
  it('has the runs of a pgroup, the highest number first, page by page', async () => {
    for (let number = 1; number <= 5; number++) writeRun(raw, number, [{}, {}]);
    const { runs: first, next } = await runs('?pgroup=p12345&limit=2');
    expect(first).toEqual([
      {
        pgroup: 'p12345',
        beamline: 'simulator',
        run_number: 5,
        layout: 'run',
        path: join(raw, 'run0005'),
        tag: null,
        acquisitions: 2,
        request_time: '2026-11-30 18:30:01.250000',
      },
      expect.objectContaining({ run_number: 4 }),
    ]);
    expect(next).toBe(4);
    const rest = await runs('?pgroup=p12345&before=4');
    expect(rest.runs.map(({ run_number }) => run_number)).toEqual([3, 2, 1]);
    expect(rest.next).toBeNull();
  });

  it('names the pgroups that were served where none is asked for, the last one first', async () => {
    const retrieve = (pgroup: string) => {
      mkdirSync(join(broker.folder, pgroup, 'raw'), { recursive: true });
      const pulses = { start_pulseid: 1000, stop_pulseid: 1009 };
      const body = { pgroup, ...pulses, channels_list: ['A'] };
      return broker.call('POST', '/retrieve_from_buffers', { body });
    };
    expect(await runs('')).toMatchObject({ runs: [], pgroups: [] });
    for (const pgroup of ['p12345', 'p2']) {
      expect((await retrieve(pgroup)).json).toMatchObject({ status: 'ok' });
    }
    const { pgroups } = await runs('');
    const beamline = 'simulator';
    const request_time = expect.stringMatching(/^\d{4}-\d\d-\d\d /);
    expect(pgroups).toEqual([
      { pgroup: 'p2', beamline, run_number: 1, request_time },
      { pgroup: 'p12345', beamline, run_number: 1, request_time },
    ]);
    expect((await runs('?beamline=alvra')).pgroups).toEqual([]);
  });

  it.each(['p99999', '..', 'p1/../..', '%2e%2e'])('knows no pgroup %s', async (pgroup) => {
    const { status, json } = await broker.call('GET', `/runs?pgroup=${encodeURIComponent(pgroup)}`);
    expect(status).toBe(404);
    expect(json).toMatchObject({ state: 'error' });
    expect(json.message).toContain('--pgroup_root');
  });

  it('takes no other beamlines than those that it has: they are parts of paths', async () => {
    const { status, json } = await broker.call('GET', '/runs?pgroup=p12345&beamline=../..');
    expect(status).toBe(400);
    expect(json.message).toContain("beamline '../..' is not known: use simulator");
  });

  it('says what it can’t read', async () => {
    mkdirSync(join(broker.folder, 'p12345'));
    symlinkSync('raw', raw);
    for (const path of ['/runs?pgroup=p12345', '/runs/p12345/7', '/runs/p12345/7/wait']) {
      const { status, json } = await broker.call('GET', path);
      expect(status).toBe(503);
      expect(json.message).toContain('its links lead in a circle');
    }
  });

  it('names all that is wrong with a query', async () => {
    const { status, json } = await broker.call('GET', '/runs?before=0&limit=x&colour=red');
    expect(status).toBe(400);
    for (const field of ['before', 'limit', 'colour']) expect(json.message).toContain(field);
  });
});

describe('GET /runs/:pgroup/:run', () => {
  it('has each file in the state of its newest request', async () => {
    const folder = writeRun(raw, 7, [{}, { camera_list: ['C:FPICTURE'] }]);
    const served = await connect();
    const ids = [
      await request(fileOf(folder, 1, 'BSDATA')),
      await request(fileOf(folder, 2, 'BSDATA')),
    ];
    await request(fileOf(folder, 2, 'CAMERAS'));
    await served.outcome(await served.next());
    const failure = { code: 'missing', message: 'was not in the reply' };
    const channels = [
      { name: 'A', rows: 10, problems: [] },
      { name: 'B', rows: 0, problems: [], failure },
    ];
    await served.outcome(await served.next(), { channels, rows: 10 });
    const open = await served.next();
    await expect
      .poll(async () => states(await run()))
      .toEqual(['BSDATA written', 'BSDATA written', 'CAMERAS sent']);
    const seen = await run();
    expect(seen).toMatchObject({ settled: false, complete: false, closed: false, run_number: 7 });
    expect(seen.acquisitions_list[1]).toMatchObject({
      acquisition_number: 2,
      unique_acquisition_number: 101,
      start_pulse_id: 1000,
      stop_pulse_id: 1009,
      not_written: {},
      files: [
        {
          request_id: ids[1],
          settled: true,
          complete: false,
          rows: 10,
          channels_asked: 2,
          channels_written: 1,
          missing_channels: ['B'],
        },
        { settled: false, complete: null, missing_channels: [] },
      ],
    });
    await served.outcome(open, {
      state: 'failed',
      failure: { code: 'disk_full', message: 'no room' },
    });
    await expect.poll(async () => (await run()).settled).toBe(true);
    expect((await run()).acquisitions_list[1].files[1]).toMatchObject({
      state: 'failed',
      complete: false,
      message: 'no room [disk_full]',
    });
  });

  it('shows the data that the file has where it was acquired again in vain', async () => {
    const folder = writeRun(raw, 7, [{}]);
    const file = fileOf(folder, 1, 'BSDATA');
    const served = await connect();
    const first = await request(file);
    await served.outcome(await served.next());
    const again = await request(file, first);
    const failure = { code: 'fewer_rows', message: 'has fewer rows' };
    await served.outcome(await served.next(), { state: 'failed', failure });
    await expect
      .poll(async () => (await run()).acquisitions_list[0].files)
      .toMatchObject([
        {
          request_id: first,
          state: 'written',
          message: `acquired again in vain: has fewer rows [fewer_rows] (request ${again})`,
        },
      ]);
    const third = await request(file, first);
    expect((await run()).acquisitions_list[0].files).toMatchObject([{ request_id: third }]);
  });

  it('has what is on disk where no request is known, and does not wait for what others write', async () => {
    const folder = writeRun(raw, 7, [
      { channels_list: ['A'], pv_list: ['PV'], detectors: { JF01: {} } },
      { channels_list: ['A'] },
      { channels_list: ['A'] },
    ]);
    writeFileSync(fileOf(folder, 1, 'PVDATA'), '');
    writeFileSync(fileOf(folder, 1, 'BSDATA'), '');
    writeFileSync(`${fileOf(folder, 2, 'BSDATA')}.err`, '');
    const seen = await run();
    expect(states(seen)).toEqual([
      'PVDATA there',
      'BSDATA there',
      'JF01 not_there',
      'BSDATA failed',
      'BSDATA not_there',
    ]);
    expect(seen).toMatchObject({ settled: true, complete: false });
  });

  it('does not take a file for settled that another broker may be writing', async () => {
    const folder = writeRun(raw, 7, [{ request_ids: ['6f9b7e62-5f0e-4a56-9a51-0f5a3ddc4a55'] }]);
    expect(await run()).toMatchObject({ settled: false, complete: false });
    writeFileSync(fileOf(folder, 1, 'BSDATA'), '');
    expect(await run()).toMatchObject({ settled: true, complete: null });
  });

  it('says that it does not know where files of others are there', async () => {
    const folder = writeRun(raw, 7, [{ pv_list: ['PV'] }]);
    const served = await connect();
    await request(fileOf(folder, 1, 'BSDATA'));
    await served.outcome(await served.next());
    await expect.poll(async () => (await run()).settled).toBe(true);
    expect(await run()).toMatchObject({ complete: false });
    writeFileSync(fileOf(folder, 1, 'PVDATA'), '');
    expect(await run()).toMatchObject({ complete: null });
    writeRun(raw, 7, [{}]);
    expect(await run()).toMatchObject({ settled: true, complete: true });
  });

  it('is not complete without what nobody was there to write', async () => {
    const not_written = { pv_list: ['PV'] };
    const folder = writeRun(raw, 7, [{ pv_list: ['PV'], not_written }]);
    writeFileSync(fileOf(folder, 1, 'BSDATA'), '');
    const seen = await run();
    expect(seen).toMatchObject({ settled: true, complete: false });
    expect(seen.acquisitions_list[0]).toMatchObject({ not_written });
  });

  it('names metadata that can’t be understood', async () => {
    const folder = writeRun(raw, 7, [{}]);
    writeFileSync(fileOf(folder, 1, 'BSDATA'), '');
    const file = join(folder, 'meta/acq0002.json');
    writeFileSync(file, '{"pgroup":');
    const seen = await run();
    expect(seen).toMatchObject({ acquisitions: 2, complete: false });
    expect(seen.unreadable).toEqual([{ file, problem: expect.any(String) }]);
  });

  it('says why a run can’t be read', async () => {
    writeRun(raw, 7, []);
    const { status, json } = await broker.call('GET', '/runs/p12345/7');
    expect(status).toBe(422);
    expect(json.message).toContain('it has no meta/acq0001.json');
  });

  it('knows no run that is not there', async () => {
    writeRun(raw, 7, [{}]);
    for (const number of ['8', '6', 'x', '7.0', '-7']) {
      const { status, json } = await broker.call('GET', `/runs/p12345/${number}`);
      expect(status).toBe(404);
      expect(json.message).toContain('GET /runs?pgroup=p12345');
    }
  });

  it('asks for the beamline where several have the run', async () => {
    await broker.stop();
    const pgroup_root = join(broker.folder, '{beamline}/{pgroup}/raw');
    const beamlines = ['simulator=127.0.0.0/8', 'alvra=10.0.0.0/8'];
    await broker.start({ pgroup_root, beamlines });
    const rawOf = (beamline: string) => join(broker.folder, beamline, 'p12345/raw');
    for (const beamline of ['simulator', 'alvra']) writeRun(rawOf(beamline), 7, [{}]);
    writeRun(rawOf('alvra'), 8, [{}]);
    const { runs: all } = await runs();
    expect(all.map(({ beamline, run_number }) => `${beamline} ${run_number}`)).toEqual([
      'alvra 8',
      'simulator 7',
      'alvra 7',
    ]);
    expect(await run(8)).toMatchObject({ beamline: 'alvra' });
    const { status, json } = await broker.call('GET', '/runs/p12345/7');
    expect(status).toBe(400);
    expect(json.message).toContain('beamline is missing');
    const chosen = await broker.call('GET', '/runs/p12345/7?beamline=alvra');
    expect(chosen.json.run).toMatchObject({ path: join(rawOf('alvra'), 'run0007') });
  });
});

describe('GET /runs/:pgroup/:run/wait', () => {
  const wait = (timeout: number | string) =>
    broker.call('GET', `/runs/p12345/7/wait?timeout=${timeout}`);

  it('answers when the last file is settled, and at once where all are', async () => {
    const folder = writeRun(raw, 7, [{}, {}]);
    const served = await connect();
    for (const number of [1, 2]) await request(fileOf(folder, number, 'BSDATA'));
    let isAnswered = false;
    const waiting = wait(3600).finally(() => (isAnswered = true));
    await served.outcome(await served.next());
    await expect.poll(async () => states(await run())).toContain('BSDATA written');
    expect(isAnswered).toBe(false);
    await served.outcome(await served.next());
    const { status, json } = await waiting;
    expect(status).toBe(200);
    expect(json).toMatchObject({
      state: 'ok',
      settled: true,
      run: { settled: true, run_number: 7 },
    });
    expect((await wait(3600)).json).toMatchObject({ settled: true });
  });

  it('answers with 200 as well when the time is up', async () => {
    const folder = writeRun(raw, 7, [{}]);
    await request(fileOf(folder, 1, 'BSDATA'));
    for (const timeout of [0, 0.05]) {
      const { status, json } = await wait(timeout);
      expect(status).toBe(200);
      expect(json).toMatchObject({ settled: false, run: { settled: false } });
    }
  });

  it('goes on where an acquisition came meanwhile', async () => {
    const folder = writeRun(raw, 7, [{}]);
    const served = await connect();
    await request(fileOf(folder, 1, 'BSDATA'));
    const waiting = wait(3600);
    const first = await served.next();
    await expect.poll(() => waits()).toBe(1);
    writeRun(raw, 7, [{}, {}]);
    await request(fileOf(folder, 2, 'BSDATA'));
    await served.outcome(first);
    await served.outcome(await served.next());
    expect((await waiting).json).toMatchObject({ settled: true, run: { acquisitions: 2 } });
  });

  it('waits for a file that is tried again after a failure', async () => {
    const folder = writeRun(raw, 7, [{}]);
    const served = await connect();
    await request(fileOf(folder, 1, 'BSDATA'));
    const failure = {
      code: 'source_failed',
      message: 'away',
      faults: ['source'],
      passes: true,
    } as const;
    await served.outcome(await served.next(), { state: 'failed', failure });
    await expect.poll(async () => states(await run())).toEqual(['BSDATA failed']);
    const { json } = await wait(0);
    expect(json).toMatchObject({ settled: false });
    const [file] = (json.run as Run).acquisitions_list[0].files;
    expect(file.next_attempt).toBeGreaterThan(0);
  });

  it.each(['-1', '3601', 'x'])('does not take a timeout of %s', async (timeout) => {
    writeRun(raw, 7, [{}]);
    const { status, json } = await wait(timeout);
    expect(status).toBe(400);
    expect(json.message).toContain('timeout must be a number of seconds from 0 to 3600');
  });

  it('answers when the broker ends', async () => {
    const folder = writeRun(raw, 7, [{}]);
    await request(fileOf(folder, 1, 'BSDATA'));
    const waiting = wait(3600);
    await expect.poll(() => waits()).toBe(1);
    await broker.app.close();
    expect((await waiting).json).toMatchObject({ settled: false });
  });

  it('ends with its caller', async () => {
    const folder = writeRun(raw, 7, [{}]);
    await request(fileOf(folder, 1, 'BSDATA'));
    const call = httpRequest({ port: broker.port, path: '/runs/p12345/7/wait?timeout=3600' });
    call.on('error', () => 'destroyed');
    call.end();
    await expect.poll(() => waits()).toBe(1);
    call.destroy();
    await expect.poll(() => waits()).toBe(0);
  });

  it('has no more than so many waiting', async () => {
    const folder = writeRun(raw, 7, [{}]);
    await request(fileOf(folder, 1, 'BSDATA'));
    const callers = Array.from({ length: MAX_WAITERS }, () => new AbortController());
    const waits = broker.app.get(RunWaits);
    const waiting = callers.map(({ signal }) => waits.untilSettled(() => run(), 3600, signal));
    const refused = await wait(1);
    expect(refused.status).toBe(503);
    expect(refused.headers['retry-after']).toBe('10');
    for (const caller of callers) caller.abort();
    const ended = await Promise.allSettled(waiting);
    expect(ended.every(({ status }) => status === 'rejected')).toBe(true);
    expect((await wait(0)).status).toBe(200);
  });

  it('knows no run that is gone', async () => {
    const folder = writeRun(raw, 7, [{}]);
    rmSync(folder, { recursive: true });
    expect((await wait(3600)).status).toBe(404);
  });
});

function waits(): number {
  return broker.app.get(RunWaits).waiting;
}

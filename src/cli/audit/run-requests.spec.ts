import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import { Hdf5Library } from '../../hdf5/library/hdf5-library.js';
import { rowsAt, writePlotted } from '../../hdf5/nexus/plotted-file.fixture.js';
import { FileReader } from '../../hdf5/read/thread/file-reader.js';
import { parseWriteRequest } from '../../request/parse-write-request.js';
import { readRun } from '../../runs/run-on-disk.js';
import { isDeficient, requestsOfRun } from './run-requests.js';

const ID = '6f9b7e62-5f0e-4a56-9a51-0f5a3ddc4a55';
const reader = new FileReader();
let raw: string;

beforeEach(() => {
  raw = mkdtempSync(join(tmpdir(), 'raw-'));
});

afterEach(() => rmSync(raw, { recursive: true, force: true }));
afterAll(() => reader.close());

async function requestsIn(metadata: object) {
  const meta = join(raw, 'run0007/meta');
  mkdirSync(meta, { recursive: true });
  const pulses = { pgroup: 'p12345', start_pulseid: 1000, stop_pulseid: 1009 };
  const request_time = '2026-11-30 18:30:00.250000';
  const whole = { ...pulses, request_time, ...metadata };
  writeFileSync(join(meta, 'acq0001.json'), JSON.stringify(whole));
  const { states, requestOf } = await requestsOfRun(
    await readRun(join(raw, 'run0007')),
    [raw],
    reader,
  );
  return states.map((state) => ({ state, request: requestOf(state) }));
}

it('has the ids that the metadata says, also where there are cameras alone', async () => {
  const both = { channels_list: ['A'], camera_list: ['C'], request_ids: [ID, `${ID}-images`] };
  const ids = (await requestsIn(both)).map(({ state, request }) => {
    expect(state).toMatchObject({ state: 'lost', request: { id: request.request_id } });
    return request.request_id;
  });
  expect(ids).toEqual([ID, `${ID}-images`]);
  const [cameras] = await requestsIn({ camera_list: ['C'], request_ids: [`${ID}-images`] });
  expect(cameras.request.request_id).toBe(`${ID}-images`);
});

it('asks for what the run asked for, in its layout', async () => {
  const [{ request }] = await requestsIn({ channels_list: ['A', 'B'], rate_multiplicator: 10 });
  expect(request).toMatchObject({ layout: 'root', log_file: expect.stringMatching(/\.log$/) });
  expect(parseWriteRequest(request)).toMatchObject({
    outputFile: join(raw, 'run0007/data/acq0001.BSDATA.h5'),
    channels: [{ name: 'A' }, { name: 'B' }],
    pulseRange: { startPulseId: 999, endPulseId: 1009 },
  });
});

it.each([
  ['data', true],
  ['root', undefined],
] as const)('a file with its channels at %s is misplaced: %s', async (layout, misplaced) => {
  const path = join(raw, 'run0007/data/acq0001.BSDATA.h5');
  mkdirSync(join(path, '..'), { recursive: true });
  const parts = [rowsAt([1000], (id) => [id])];
  const channels = { A: { type: 'int32', shape: [1], parts } } as const;
  writePlotted(await Hdf5Library.load(), channels, { path, layout });
  const [{ state }] = await requestsIn({ channels_list: ['A'], request_ids: ['r-1'] });
  expect([state.state, state.misplaced]).toEqual(['complete', misplaced]);
});

it('knows a request of others by what it asks for and when', async () => {
  const metadata = { channels_list: ['A'] };
  const [[one], [same]] = [await requestsIn(metadata), await requestsIn(metadata)];
  expect(one.request.request_id).toBeUndefined();
  expect(one.state.request).toMatchObject({
    key: same.state.request.key,
    time: new Date('2026-11-30T18:30:00.250'),
  });
});

it.each([
  [{}, false],
  [{ misplaced: true }, true],
  [{ counts: { channels_missing: 0, channels_failed: 0 } }, false],
  [{ counts: { channels_missing: 1 } }, true],
  [{ counts: { channels_short: 2 } }, true],
  [{ state: 'superseded', counts: { channels_missing: 1 } }, false],
] as const)('a file of %o is deficient: %s', async (more, deficient) => {
  const [{ state }] = await requestsIn({ channels_list: ['A'] });
  expect(isDeficient({ ...state, state: 'complete', ...more })).toBe(deficient);
});

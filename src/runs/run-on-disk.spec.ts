import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RunUnreadable } from './errors.js';
import { noted, rawFolder, retrieval } from './pgroup.fixture.js';
import { RunBooks } from './run-book.js';
import { listRuns } from './list-runs.js';
import { readRun } from './run-on-disk.js';
import { recordOf } from './run-requests.js';

function put(value: unknown, ...path: string[]): string {
  const file = join(...path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value));
  return file;
}

describe('a run of ours', () => {
  it.each(['run', 'flat'] as const)('is read as it was asked for, in layout %s', async (layout) => {
    const raw = rawFolder();
    const book = new RunBooks().of(raw);
    const asked = retrieval({
      layout,
      tag: 't',
      cameras: ['CAM'],
      pvs: ['PV-1'],
      detectors: { JF01: {} },
      taken: { pvs: false, detectors: true },
      selectedPulseIds: [1000, 1002],
      body: {
        ...{ pgroup: 'p12345', start_pulseid: 1000, stop_pulseid: 1099, user_tag: 't' },
        ...{ channels_list: ['SAR-B', 'SAR-A'], camera_list: ['CAM'], pv_list: ['PV-1'] },
        ...{ detectors: { JF01: {} }, selected_pulse_ids: [1000, 1002] },
      },
    });
    const plan = await book.acquire(asked, noted);
    await book.close();
    const run = await readRun(layout === 'run' ? plan.runFolder : plan.metadataFile);
    expect(run).toMatchObject({
      layout,
      raw,
      runNumber: 1,
      tag: 't',
      closed: true,
      unreadable: [],
    });
    const { metadata: _, channels, ...found } = run.acquisitions[0];
    const { metadata: __, channels: expected, ...record } = recordOf(asked, plan);
    expect(found).toEqual(record);
    expect(channels.toSorted()).toEqual(expected.toSorted());
  });

  it('is found where it was moved to', async () => {
    const raw = rawFolder();
    const moved = put('', rawFolder(), 'run0007/meta/none');
    await new RunBooks().of(raw).acquire(retrieval(), noted);
    const { acquisitions } = await readRun(join(raw, 'run0001'));
    put(acquisitions[0].metadata, dirname(moved), 'acq0001.json');
    const run = await readRun(dirname(dirname(moved)));
    expect(run.acquisitions[0].files[0].path).toBe(
      join(dirname(dirname(moved)), 'data/acq0001.BSDATA.h5'),
    );
  });
});

const REQUEST = {
  pgroup: 'p12345',
  start_pulseid: 1000,
  stop_pulseid: '1099',
  rate_multiplicator: 2,
  channels_list: ['SAR-A'],
  camera_list: [],
  detectors: { JF01: {} },
  beamline: 'alvra',
  request_time: '2022-01-01 10:00:00',
};

describe('a run of another system', () => {
  it('is read by its own rules in the run layout', async () => {
    const raw = rawFolder();
    for (const number of ['0001', '0002', '10000']) {
      put(
        { ...REQUEST, run_number: 12, acquisition_number: 1, unique_acquisition_run_number: 40 },
        raw,
        `run0012-tag/meta/acq${number}.json`,
      );
    }
    put({}, raw, 'run0012-tag/meta/scan.json');
    const run = await readRun(join(raw, 'run0012-tag/'));
    expect(run).toMatchObject({ runNumber: 12, tag: 'tag', closed: false });
    expect(run.acquisitions.map((each) => each.acquisitionNumber)).toEqual([1, 2, 10000]);
    expect(run.acquisitions[1]).toMatchObject({
      startPulseId: 1000,
      stopPulseId: 1099,
      rateMultiplicator: 2,
      uniqueAcquisitionNumber: 40,
      requestIds: [],
      files: [
        { kind: 'BSDATA', path: join(raw, 'run0012-tag/data/acq0002.BSDATA.h5') },
        { kind: 'JF01', path: join(raw, 'run0012-tag/data/acq0002.JF01.h5') },
      ],
    });
  });

  it('is read by its own rules in the flat layout', async () => {
    const raw = rawFolder();
    const file = put(
      { ...REQUEST, directory_name: 'a/b', run_number: 1007 },
      raw,
      'run_info/001000/run_001007.json',
    );
    const run = await readRun(file);
    expect(run).toMatchObject({ layout: 'flat', raw, runNumber: 1007, tag: null });
    expect(run.acquisitions[0].files.map(({ path }) => path)).toEqual([
      join(raw, 'a/b/run_001007.BSREAD.h5'),
      join(raw, 'a/b/run_001007.JF01.h5'),
    ]);
    expect(run.acquisitions[0].files[0].logFile).toBe(
      join(raw, 'run_info/001000/run_001007.BSREAD.log'),
    );
  });

  it('is read where Python wrote that a position is no number', async () => {
    const raw = rawFolder();
    const metadata = JSON.stringify({ ...REQUEST, scan_info: { scan_values: ['NAN'] } });
    put(metadata.replace('"NAN"', 'NaN'), raw, 'run0001/meta/acq0001.json');
    const { acquisitions } = await readRun(join(raw, 'run0001'));
    expect(acquisitions[0].metadata.scan_info).toEqual({ scan_values: [NaN] });
    const [{ requestTime }] = await listRuns(raw, { limit: 1 });
    expect(requestTime).toBe(REQUEST.request_time);
  });

  it('tells which of its metadata can’t be read', async () => {
    const raw = rawFolder();
    put(REQUEST, raw, 'run0001/meta/acq0001.json');
    put('{', raw, 'run0001/meta/acq0002.json');
    put({ ...REQUEST, stop_pulseid: 'x' }, raw, 'run0001/meta/acq0003.json');
    symlinkSync('/etc/hostname', join(raw, 'run0001/meta/acq0004.json'));
    const { acquisitions, unreadable } = await readRun(join(raw, 'run0001'));
    expect(acquisitions).toHaveLength(1);
    expect(unreadable.map(({ problem }) => problem)).toEqual([
      'it is not JSON',
      'stop_pulseid is missing or no pulse id',
      'its links lead in a circle',
    ]);
  });
});

it('refuses what is no run', async () => {
  const raw = rawFolder();
  const outside = put(
    { ...REQUEST, directory_name: '../x' },
    raw,
    'run_info/000000/run_000001.json',
  );
  mkdirSync(join(raw, 'run0002/meta'), { recursive: true });
  const files = [put(REQUEST, raw, 'run_000001.json'), put('', raw, 'a.json'), outside];
  for (const path of [...files, raw, join(raw, 'none'), join(raw, 'run0002')]) {
    await expect(readRun(path)).rejects.toThrow(RunUnreadable);
  }
});

it('lists the newest runs first, of both layouts', async () => {
  const raw = rawFolder();
  put(REQUEST, raw, 'run0002/meta/acq0001.json');
  put({ ...REQUEST, user_tag: 't', request_time: 'later' }, raw, 'run0002/meta/acq0003.json');
  put('{', raw, 'run10000-x/meta/acq0001.json');
  mkdirSync(join(raw, 'run0003'));
  put(REQUEST, raw, 'run_info/000000/run_000004.json');
  put(REQUEST, raw, 'run_info/001000/run_001001.json');
  const numbers = async (options: Parameters<typeof listRuns>[1]) =>
    (await listRuns(raw, options)).map(({ runNumber }) => runNumber);
  expect(await numbers({ limit: 10 })).toEqual([10000, 1001, 4, 3, 2]);
  expect(await numbers({ limit: 2 })).toEqual([10000, 1001]);
  expect(await numbers({ limit: 2, before: 1001 })).toEqual([4, 3]);
  expect(await numbers({ limit: 10, layout: 'flat' })).toEqual([1001, 4]);
  expect(await numbers({ limit: 10, layout: 'run' })).toEqual([10000, 3, 2]);
  expect(await listRuns(raw, { limit: 1, before: 3 })).toEqual([
    {
      ...{ layout: 'run', path: join(raw, 'run0002'), runNumber: 2, tag: 't', acquisitions: 2 },
      ...{ beamline: 'alvra', requestTime: 'later' },
    },
  ]);
  const [{ tag, beamline }] = await listRuns(raw, { limit: 1 });
  expect([tag, beamline]).toEqual(['x', null]);
});

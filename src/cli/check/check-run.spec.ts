import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HAS_H5PY, PYTHON } from '../../hdf5/python.fixture.js';
import { Hdf5Library } from '../../hdf5/library/hdf5-library.js';
import { rowsAt, writePlotted } from '../../hdf5/nexus/plotted-file.fixture.js';
import { FileReader } from '../../hdf5/read/thread/file-reader.js';
import { readRun } from '../../runs/run-on-disk.js';
import { checkRun } from './check-run.js';
import { runLines } from './run-lines.js';

const reader = new FileReader();
let raw: string;

beforeEach(() => {
  raw = mkdtempSync(join(tmpdir(), 'raw-'));
});

afterEach(() => rmSync(raw, { recursive: true, force: true }));
afterAll(() => reader.close());

/** Files as Python writers make them: of 100 pulses from 1000 on, `ids` being their column. */
function python(...lines: string[]): void {
  const given = ['import h5py, numpy as np, os', 'ids = np.arange(1000, 1100)'];
  execFileSync(PYTHON, ['-c', [...given, ...lines].join('\n')], { cwd: raw });
}

function write(file: string, content: object): void {
  mkdirSync(join(raw, file, '..'), { recursive: true });
  writeFileSync(join(raw, file), JSON.stringify(content));
}

const check = async (run: string) => checkRun(await readRun(join(raw, run)), reader);

describe('a run that others got at', () => {
  const ACQUISITION = {
    ...{ pgroup: 'p12345', start_pulseid: 1000, stop_pulseid: 1099 },
    channels_list: ['A'],
  };
  const METADATA = 'run0003/meta/acq0001.json';

  it('is not complete where its metadata promises no file for its channels', async () => {
    write(METADATA, { ...ACQUISITION, files: ['/etc/passwd'] });
    const { complete, findings } = await check('run0003');
    expect([complete, findings]).toEqual([false, ['acq0001.BSDATA.h5: is not there']]);
  });

  it('is not complete where its metadata has names that are none', async () => {
    write(METADATA, { ...ACQUISITION, channels_list: ['A', 5] });
    write('run0003/meta/acq0002.json', ACQUISITION);
    const { complete, findings } = await check('run0003');
    expect(complete).toBe(false);
    expect(findings).toContainEqual(expect.stringMatching(/channels_list is no list of names/));
  });

  it('ends where a file is a pipe', async () => {
    write(METADATA, ACQUISITION);
    mkdirSync(join(raw, 'run0003/data'));
    execFileSync('mkfifo', [join(raw, 'run0003/data/acq0001.BSDATA.h5')]);
    const { findings } = await check('run0003');
    expect(findings).toEqual(['acq0001.BSDATA.h5: damaged: it is a pipe, no file']);
  });
});

describe('a run of others', () => {
  const PULSES = { pgroup: 'p12345', start_pulseid: '1000', stop_pulseid: '1099' };

  it.skipIf(!HAS_H5PY)('by the facility’s broker of today is checked by its metadata', async () => {
    write('run0012-align/meta/acq0001.json', {
      ...PULSES,
      ...{ channels_list: ['A:X', 'B'], camera_list: ['C:FPICTURE'] },
      ...{ pv_list: ['PV'], detectors: { JF01T03V01: {} }, user_tag: 'align' },
    });
    write('run0012-align/meta/scan.json', {});
    mkdirSync(join(raw, 'run0012-align/data'));
    python(
      'os.chdir("run0012-align/data")',
      'for name, channels in {"BSDATA": ["A:X", "B"], "CAMERAS": ["C:FPICTURE"]}.items():',
      '  with h5py.File(f"acq0001.{name}.h5", "w") as f:',
      '    for channel in channels:',
      '      for column in ["data", "pulse_id", "timestamp"]: f[f"{channel}/{column}"] = ids',
      'for name in ["PVDATA", "JF01T03V01"]: h5py.File(f"acq0001.{name}.h5", "w").close()',
    );
    const whole = await check('run0012-align');
    expect(whole).toMatchObject({ complete: true, run_number: 12, tag: 'align', findings: [] });
    expect(whole.acquisitions[0].files.map(({ kind }) => kind)).toEqual([
      'PVDATA',
      'BSDATA',
      'CAMERAS',
      'JF01T03V01',
    ]);
    python(
      'os.chdir("run0012-align/data")',
      'with h5py.File("acq0001.BSDATA.h5", "w") as f:',
      '  for column in ["data", "pulse_id"]: f[f"B/{column}"] = ids[:50]',
      'os.remove("acq0001.JF01T03V01.h5")',
      'open("acq0001.PVDATA.h5.err", "w").write("[20240501-100000] {}")',
    );
    const broken = await check('run0012-align');
    expect(broken.findings).toEqual([
      'acq0001.PVDATA.h5: may not be whole: there is acq0001.PVDATA.h5.err',
      'acq0001.BSDATA.h5: A:X is not in the file',
      'acq0001.BSDATA.h5: B has pulses 1000 to 1049 of 1000 to 1099: 50 points missing',
      'acq0001.JF01T03V01.h5: is not there',
    ]);
    expect(runLines(broken).join('\n')).toMatch(
      /^ {2}1 {2}data\/acq0001\.BSDATA\.h5 +not complete +1 +1 +50 +1000 +1049$/m,
    );
  });

  it.skipIf(!HAS_H5PY)('by the one before is checked at a lower rate as well', async () => {
    write('run_info/001000/run_001003.json', {
      ...PULSES,
      ...{ rate_multiplicator: 2, directory_name: 'sub', channels_list: ['A'], camera_list: ['C'] },
    });
    mkdirSync(join(raw, 'sub'));
    python(
      'with h5py.File("sub/run_001003.BSREAD.h5", "w") as f:',
      '  f["general/user"] = "12345"',
      '  for column in ["data", "pulse_id", "is_data_present", "global_date"]:',
      '    f[f"data/A/{column}"] = ids[::2]',
      'with h5py.File("sub/run_001003.CAMERAS.h5", "w") as f:',
      '  for column in ["data", "pulse_id"]: f[f"C/{column}"] = ids[::2]',
    );
    const file = 'run_info/001000/run_001003.json';
    const whole = await check(file);
    expect(whole).toMatchObject({ complete: true, layout: 'flat', run_number: 1003 });
    expect(runLines(whole).join('\n')).toMatch(/^ {2}1 {2}sub\/run_001003\.CAMERAS\.h5 +complete/m);
    rmSync(join(raw, 'sub/run_001003.CAMERAS.h5'));
    expect((await check(file)).findings).toEqual(['run_001003.CAMERAS.h5: is not there']);
  });
});

describe('channels in /data', () => {
  const ACQUISITION = { pgroup: 'p12345', start_pulseid: 1000, stop_pulseid: 1001 };

  async function writeFileOf(path: string, layout: 'data' | 'root') {
    mkdirSync(join(raw, path, '..'), { recursive: true });
    const parts = [rowsAt([1000, 1001], (id) => [id])];
    const channels = { C: { type: 'int32', shape: [1], parts } } as const;
    writePlotted(await Hdf5Library.load(), channels, { path: join(raw, path), layout });
  }

  it('are at the wrong place in files of runs, as old writers write them', async () => {
    write('run0003/meta/acq0001.json', {
      ...ACQUISITION,
      ...{ channels_list: ['C'], camera_list: ['C'], request_ids: ['r-1', 'r-1-images'] },
    });
    await writeFileOf('run0003/data/acq0001.BSDATA.h5', 'data');
    await writeFileOf('run0003/data/acq0001.CAMERAS.h5', 'root');
    const found = await check('run0003');
    expect(found).toMatchObject({
      complete: false,
      acquisitions: [{ files: [{ state: 'there', complete: false }, { complete: true }] }],
    });
    expect(found.findings).toEqual([
      expect.stringMatching(/^acq0001\.BSDATA\.h5: has its channels in \/data.*audit replay --run/),
    ]);
    expect(runLines(found).join('\n')).toMatch(/BSDATA\.h5 +not complete +1 +0 +2 +1000 +1001$/m);
  });

  it.each([
    [{}, true],
    [{ request_ids: ['r-1-images'] }, false],
  ])(
    'are where cameras of flat runs may be, of other systems alone: %o',
    async (ours, complete) => {
      const metadata = { ...ACQUISITION, camera_list: ['C'], ...ours };
      write('run_info/000000/run_000003.json', { ...metadata, directory_name: 'sub' });
      await writeFileOf('sub/run_000003.CAMERAS.h5', 'data');
      expect((await check('run_info/000000/run_000003.json')).complete).toBe(complete);
    },
  );
});

describe('metadata that can’t be understood', () => {
  it('of one file leaves others to be checked', async () => {
    const [start_pulseid, stop_pulseid] = [20, 10];
    write('run0001/meta/acq0001.json', { start_pulseid, stop_pulseid, channels_list: ['A'] });
    write('run0001/data/acq0001.BSDATA.h5', {});
    write('run0001/meta/acq0002.json', { start_pulseid: 1, stop_pulseid: 2, camera_list: ['C'] });
    expect((await check('run0001')).findings).toEqual([
      expect.stringMatching(/^acq0001\.BSDATA\.h5: can't be compared .*endPulseId/),
      'acq0002.CAMERAS.h5: is not there',
    ]);
  });

  it('makes a run incomplete', async () => {
    write('run0001/meta/acq0001.json', { start_pulseid: 1, stop_pulseid: 2 });
    write('run0001/meta/acq0002.json', { start_pulseid: 1 });
    const { complete, findings } = await check('run0001');
    expect(complete).toBe(false);
    expect(findings).toEqual([
      `${join(raw, 'run0001/meta/acq0002.json')} can't be used: stop_pulseid is missing or no pulse id`,
    ]);
  });
});

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HAS_H5PY, PYTHON } from '../../src/hdf5/python.fixture.js';
import { Beamline } from '../support/beamline.js';
import { call } from '../support/detector.js';
import { appeared } from '../support/hdf5.js';
import { poll } from '../support/poll.js';

const CHANNELS = ['SIMULATOR-SCALAR-FLOAT64-1', 'SIMULATOR-WAVEFORM-INT16-8-1'];
/** The second one is a camera by its place alone. */
const CAMERAS = ['SIMULATOR-IMAGE-UINT16-8X6-1:FPICTURE', 'SIMULATOR-IMAGE-UINT16-8X6-2'];
const PGROUP = 'p12345';

/** What a program in `test/python` prints. */
function python(program: string, ...args: string[]): unknown {
  const path = fileURLToPath(new URL(`../python/${program}`, import.meta.url));
  return JSON.parse(execFileSync(PYTHON, [path, ...args], { encoding: 'utf8' }));
}

describe.runIf(HAS_H5PY).each(['flat', 'run'] as const)('files of runs, %s layout', (layout) => {
  let beamline: Beamline;
  let raw: string;

  beforeAll(async () => {
    beamline = await Beamline.prepare();
    raw = join(beamline.output, PGROUP, 'raw');
    mkdirSync(raw, { recursive: true });
    await beamline.broker(
      ...['--beamlines', 'simulator=127.0.0.0/8', '--run_layout', layout],
      ...['--pgroup_root', join(beamline.output, '{pgroup}', 'raw')],
    );
    await beamline.writer('--select_pulses');
  });

  afterAll(() => beamline.clear());

  /** Acquires, and waits for the files. @returns run number and files, by the kind in their names */
  async function retrieve(request: object) {
    const { json } = await call('POST', `${beamline.url}/retrieve_from_buffers`, {
      pgroup: PGROUP,
      ...request,
    });
    expect(json).toMatchObject({ status: 'ok' });
    const files = await Promise.all((json.files as string[]).map(appeared));
    const kinds = files.map((file) => [file.split('.').at(-2)!, file] as const);
    const [id] = json.request_ids as string[];
    return { run: Number(json.run_number), id, files: Object.fromEntries(kinds) };
  }

  function ids(from: number, to: number): number[] {
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  }

  /** The log of an output file, once it has its end. */
  function logOf(path: string): Promise<string> {
    return poll(() => {
      const text = statSync(path, { throwIfNoEntry: false }) && readFileSync(path, 'utf8');
      return text?.includes('processing request took') ? text : undefined;
    });
  }

  it.runIf(layout === 'flat').each([
    [1, 1000, 1099],
    [2, 1001, 1100],
    [10, 1005, 1111],
    [100, 1000, 1400],
  ])('pass their own check at rate %i', async (rate, start_pulseid, stop_pulseid) => {
    const { run } = await retrieve({
      start_pulseid,
      stop_pulseid,
      rate_multiplicator: rate,
      directory_name: 'scan',
      channels_list: CHANNELS,
      // The check takes all pulses of a camera for pulses of the rate.
      ...(rate === 1 && { camera_list: CAMERAS }),
    });
    const file = join(raw, 'run_info/000000', `run_${String(run).padStart(6, '0')}.json`);
    expect(python('consistency_check.py', file, raw)).toEqual({
      check: true,
      reason: 'all is well',
    });
    const wrong = join(beamline.folder, 'wrong.json');
    const metadata = JSON.parse(readFileSync(file, 'utf8')) as object;
    writeFileSync(wrong, JSON.stringify({ ...metadata, stop_pulseid: stop_pulseid + rate }));
    expect(python('consistency_check.py', wrong, raw)).toMatchObject({ check: false });
  });

  it('are read with all their channels, and nothing else', async () => {
    const { files } = await retrieve({
      start_pulseid: 2001,
      stop_pulseid: 2010,
      channels_list: CHANNELS,
      camera_list: CAMERAS,
    });
    const pulses = ids(2001, 2010);
    expect(python('channels_of_file.py', files[layout === 'flat' ? 'BSREAD' : 'BSDATA'])).toEqual({
      [CHANNELS[0]]: [pulses, [10, 1], pulses],
      [CHANNELS[1]]: [pulses, [10, 8], pulses],
    });
    expect(python('channels_of_file.py', files.CAMERAS)).toEqual({
      [CAMERAS[0]]: [pulses, [10, 6, 8], pulses],
      [CAMERAS[1]]: [pulses, [10, 6, 8], pulses],
    });
  });

  it('are acquired again with the same layout, and logged in the same file', async () => {
    const { id, files } = await retrieve({
      start_pulseid: 4000,
      stop_pulseid: 4009,
      camera_list: CAMERAS.slice(1),
    });
    const { json: recorded } = await call('GET', `${beamline.url}/requests/${id}/line`);
    const { log_file: log } = recorded.line as { log_file: string };
    await logOf(log);
    const { json } = await call('POST', `${beamline.url}/requests`, recorded.line);
    expect(json).toMatchObject({ state: 'ok', replay_of: id });
    const again = await poll(async () => {
      const { json: now } = await call(
        'GET',
        `${beamline.url}/requests/${String(json.request_id)}`,
      );
      const { state } = now.request as { state: string };
      return state === 'written' ? state : undefined;
    });
    expect(again).toBe('written');
    expect(readFileSync(log, 'utf8').match(/processing request took/g)).toHaveLength(2);
    expect(python('channels_of_file.py', files.CAMERAS)).toEqual({
      [CAMERAS[1]]: [ids(4000, 4009), [10, 6, 8], ids(4000, 4009)],
    });
  });

  it('have the pulses that were selected, with a log each', async () => {
    const { id, files } = await retrieve({
      start_pulseid: 3000,
      stop_pulseid: 3009,
      channels_list: CHANNELS.slice(0, 1),
      selected_pulse_ids: [3002, 3007],
    });
    const [kind] = Object.keys(files);
    const pulses = [3002, 3007];
    expect(python('channels_of_file.py', files[kind])).toEqual({
      [CHANNELS[0]]: [pulses, [2, 1], pulses],
    });
    expect(readFileSync(files[kind]).includes('selected_pulses')).toBe(true);
    const { json } = await call('GET', `${beamline.url}/requests/${id}/line`);
    const { log_file } = json.line as { log_file: string };
    expect(await logOf(log_file)).toContain('file written');
    if (layout === 'run') {
      expect(log_file).toBe(files[kind].replace('/data/', '/logs/').replace(/h5$/, 'log'));
    }
  });
});

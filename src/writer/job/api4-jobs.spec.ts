import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkContents } from '../../cli/check/check-contents.js';
import { pulseIdAt } from '../../databuffer/simulator/pulse-clock.js';
import {
  type RunningSimulator,
  startSimulator,
} from '../../databuffer/simulator/simulator.fixture.js';
import { askH5py, HAS_H5PY } from '../../hdf5/python.fixture.js';
import { Hdf5Library } from '../../hdf5/library/hdf5-library.js';
import { readContents } from '../../hdf5/read/file-contents.js';
import { parseWriteRequest } from '../../request/parse-write-request.js';
import { monotonicSeconds } from '../request-age.js';
import { temporaryFolders } from '../temporary-folder.fixture.js';
import { writeRequest } from '../write-request.fixture.js';
import { JobTools } from './job-tools.js';
import { runJob } from './run-job.js';

const START = pulseIdAt(Date.UTC(2025, 5, 1));
const RANGE = { startPulseId: START, endPulseId: START + 99 };
const CAMERA = 'SIMULATOR-CAMERA-SMALL:FPICTURE';
const NAMES = ['SIMULATOR-ENUM', 'SIMULATOR-UNPULSED', 'SIMULATOR-CHARGE', CAMERA];

describe('a job that reads data API 4', () => {
  const folder = temporaryFolders();
  let library: Hdf5Library;
  let simulator: RunningSimulator;
  beforeAll(async () => {
    library = await Hdf5Library.load();
    simulator = await startSimulator();
  });
  afterAll(() => simulator.app.close());

  async function run(
    channels: readonly string[],
    { path = '/api/4', images = true, format = 'compact', waits = 0 } = {},
  ) {
    const root = folder();
    const tools = new JobTools(
      {
        dataApiUrl: simulator.url + path,
        dataApiProtocol: 'api4',
        ...(images && { imageApiUrl: `${simulator.url}/api/1` }),
        outputRoots: [root],
        stateDirectory: folder(),
        errorIfNoData: false,
        plots: { creatorVersion: '1' },
      },
      library,
    );
    const request = writeRequest('x.h5', channels, { output_file_format: format });
    const query = { ...(JSON.parse(request.data_api_request) as object), range: RANGE };
    const parsed = parseWriteRequest({ ...request, data_api_request: JSON.stringify(query) });
    const lateData =
      waits > 0 ? { until: monotonicSeconds() + waits, atLeastOnce: false } : undefined;
    const job = { attemptId: 'attempt-1', request: parsed, lateData };
    const outcome = await runJob(job, tools, new AbortController().signal);
    await tools.connections.close();
    return { outcome, parsed, path: join(root, 'x.h5') };
  }

  it.runIf(HAS_H5PY)('has all of it in one file, cameras by their own API', async () => {
    const { outcome, path, parsed } = await run(NAMES, { waits: 60 });
    expect(outcome).toMatchObject({ state: 'written', warnings: [] });
    expect(
      outcome.channels.map(({ name, rows, problems }) => [name, rows, problems.length]),
    ).toEqual([
      ...[
        ['SIMULATOR-ENUM', 100, 0],
        ['SIMULATOR-UNPULSED', 10, 1],
        ['SIMULATOR-CHARGE', 100, 0],
      ],
      [CAMERA, expect.any(Number), 0],
    ]);
    expect(checkContents(readContents(library, path), parsed)).toMatchObject({ findings: [] });
    const answer = askH5py(path, [
      "d, e = f['data'], f['entry']",
      "enum, un = d['SIMULATOR-ENUM'], d['SIMULATOR-UNPULSED']",
      "names = {int(i): t.decode() for i, t in zip(enum['data'][:, 0], enum['label'][:, 0])}",
      "dates = [t.decode() for t in un['global_date'][:2]]",
      'print(json.dumps([names, str(enum["data"].dtype), set(un["pulse_id"][:].tolist()) == {-1},',
      "  list(e['SIMULATOR-UNPULSED']), dict(un['data'].attrs), e['SIMULATOR-CHARGE/data'].attrs['units'],",
      "  d['SIMULATOR-CHARGE/data'].attrs['units'], all(dates), sorted(d)]))",
    ]);
    expect(answer).toEqual([
      expect.objectContaining({ 0: 'closed' }),
      ...['int16', true, ['data', 'time']],
      { units: 'degC', description: expect.stringContaining('a temperature') },
      ...['pC', 'pC', true, NAMES.toSorted()],
    ]);
  });

  it('has the others of the extended format, and of one without cameras', async () => {
    const { outcome, path } = await run(NAMES, { images: false, format: 'extended' });
    expect(outcome.state).toBe('written');
    const codes = outcome.channels.map(({ name, failure }) => [name, failure?.code]);
    expect(Object.fromEntries(codes)).toEqual({
      'SIMULATOR-ENUM': undefined,
      'SIMULATOR-UNPULSED': 'no_pulse_ids',
      'SIMULATOR-CHARGE': undefined,
      [CAMERA]: 'needs_image_api',
    });
    const { channels } = readContents(library, path);
    expect(channels.map(({ name, rows }) => [name, rows])).toEqual([
      ['SIMULATOR-CHARGE', 100],
      ['SIMULATOR-ENUM', 100],
    ]);
  });

  it('waits for pulses that are not mapped yet, and gives its thread back meanwhile', async () => {
    const path = '/faults/map-204-1000/api/4';
    const waiting = await run(['SIMULATOR-CHARGE'], { path, waits: 60 });
    expect(waiting.outcome.failure).toMatchObject({ code: 'no_data_yet', kind: 'awaiting data' });
    const over = await run(['SIMULATOR-CHARGE'], { path });
    expect(over.outcome.failure).toMatchObject({ code: 'unmapped_pulses', kind: 'transient' });
  });
});

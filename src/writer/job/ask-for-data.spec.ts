import { readdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChannel } from '../../databuffer/simulator/catalogue.js';
import { valueAt } from '../../databuffer/simulator/channel-value.js';
import { createSimulator } from '../../databuffer/simulator/create-simulator.js';
import { pulsesOf } from '../../databuffer/simulator/simulated-channel.js';
import { timestampOf } from '../../databuffer/simulator/pulse-clock.js';
import { Hdf5Library } from '../../hdf5/library/hdf5-library.js';
import { inspectFile, readDataset } from '../../hdf5/read/inspect.js';
import { parseWriteRequest } from '../../request/parse-write-request.js';
import type { PulseRange } from '../../request/pulse-range.js';
import { dataApis, reply } from '../data-api.fixture.js';
import { temporaryFolders } from '../temporary-folder.fixture.js';
import { writeRequest } from '../write-request.fixture.js';
import { JsonSource } from '../../databuffer/json/json-source.js';
import { ReadingMemory } from '../../databuffer/json/reading-memory.js';
import { askForData } from './ask-for-data.js';
import { DISCARDING_SINK, runJob } from './run-job.js';
import { JobTools } from './job-tools.js';
import type { JobOptions } from './job.js';

const SCALAR = 'SIMULATOR-SCALAR-FLOAT64-1';
const WAVEFORM = 'SIMULATOR-WAVEFORM-INT32-1024-1';
const CAMERA = 'SIMULATOR-CAMERA-SMALL:FPICTURE';
const OTHER_CAMERA = 'SIMULATOR-IMAGE-UINT16-64X128-1:FPICTURE';

describe('runJob with a binary data API', () => {
  const folder = temporaryFolders();
  const dataApi = dataApis();
  let library: Hdf5Library;
  let simulator: INestApplication;
  let api: string;
  beforeAll(async () => {
    library = await Hdf5Library.load();
    simulator = await createSimulator({ logger: false });
    await simulator.listen(0, '127.0.0.1');
    api = `http://127.0.0.1:${(simulator.getHttpServer().address() as AddressInfo).port}`;
  });
  afterAll(() => simulator.close());

  const range = { startPulseId: 5_000_000_001, endPulseId: 5_000_000_020 };

  async function run(
    channels: readonly string[],
    apis: Pick<JobOptions, 'dataApiUrl' | 'dataApiProtocol' | 'imageApiUrl'>,
    {
      compact = true,
      pulses = range,
      fields = {},
    }: { compact?: boolean; pulses?: PulseRange | object; fields?: object } = {},
  ) {
    const root = folder();
    const request = writeRequest(
      'x.h5',
      channels,
      compact ? {} : { output_file_format: 'extended' },
    );
    const query = { ...(JSON.parse(request.data_api_request) as object), range: pulses, ...fields };
    const outcome = await runJob(
      {
        attemptId: 'attempt-1',
        request: parseWriteRequest({ ...request, data_api_request: JSON.stringify(query) }),
      },
      new JobTools(
        { outputRoots: [root], stateDirectory: folder(), errorIfNoData: false, ...apis },
        library,
      ),
      new AbortController().signal,
    );
    return { root, path: join(root, 'x.h5'), outcome };
  }

  function expectTruth(path: string, name: string) {
    const channel = findChannel(name)!;
    const pulses = [...pulsesOf(channel, range.startPulseId, range.endPulseId)];
    const read = (dataset: string) =>
      Array.from(readDataset(library, path, `/data/${name}/${dataset}`));
    expect(read('pulse_id')).toEqual(pulses.map(BigInt));
    expect(read('timestamp')).toEqual(pulses.map(timestampOf));
    expect(read('is_data_present')).toEqual(pulses.map(() => 1));
    const truth = pulses.flatMap((pulseId) => {
      const value = valueAt(channel, pulseId);
      return ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : [value];
    });
    const data = read('data');
    expect(data.length).toBe(truth.length);
    expect(data.findIndex((element, i) => element !== truth[i])).toBe(-1);
  }

  it.each([
    [
      'cameras by the binary protocol, all else by JSON',
      () => ({ dataApiUrl: `${api}/query`, imageApiUrl: api }),
    ],
    [
      'all by the binary protocol',
      () => ({ dataApiUrl: `${api}/query`, dataApiProtocol: 'binary' as const }),
    ],
    ['all by JSON', () => ({ dataApiUrl: `${api}/query` })],
  ])('writes %s into one file', async (_how, apis) => {
    const channels = [CAMERA, SCALAR, OTHER_CAMERA, WAVEFORM];
    const { path, outcome } = await run(channels, apis());
    expect(outcome).toMatchObject({ state: 'written', failure: undefined, notRequested: [] });
    expect(outcome.channels.map(({ name }) => name).sort()).toEqual([...channels].sort());
    expect(outcome.channels.every(({ problems }) => problems.length === 0)).toBe(true);
    for (const name of channels) expectTruth(path, name);
    const shapes = inspectFile(library, path).datasets.map(({ path, shape, type }) => [
      path,
      shape,
      type,
    ]);
    expect(shapes).toContainEqual([`/data/${CAMERA}/data`, [5, 120, 160], 'uint16']);
    expect(shapes).toContainEqual([`/data/${SCALAR}/data`, [20, 1], 'float64']);
  });

  it('has the same in the extended format', async () => {
    const { path, outcome } = await run(
      [CAMERA, SCALAR],
      { dataApiUrl: `${api}/query`, imageApiUrl: api },
      { compact: false },
    );
    expect(outcome.state).toBe('written');
    expectTruth(path, SCALAR);
    const present = Array.from(readDataset(library, path, `/data/${CAMERA}/is_data_present`));
    expect(present).toHaveLength(20);
    expect(present.filter((one) => one === 1)).toHaveLength(5);
  });

  it.each([
    { eventFields: undefined, configFields: undefined },
    { eventFields: undefined, fields: ['pulseId', 'globalDate', 'value'], configFields: undefined },
  ])('asks for the types that a request leaves out: %j', async (fields) => {
    const { path, outcome } = await run([SCALAR], { dataApiUrl: `${api}/query` }, { fields });
    expect(outcome).toMatchObject({ state: 'written', rows: 20 });
    expectTruth(path, SCALAR);
  });

  it('asks for the same by times', async () => {
    const [start, end] = [range.startPulseId, range.endPulseId].map(timestampOf).map(String);
    const pulses = {
      startSeconds: `${start.slice(0, -9)}.${start.slice(-9)}`,
      endSeconds: `${end.slice(0, -9)}.${end.slice(-9)}`,
    };
    const { path, outcome } = await run(
      [CAMERA, SCALAR],
      { dataApiUrl: `${api}/query`, imageApiUrl: api },
      { pulses },
    );
    expect(outcome).toMatchObject({ state: 'written', rows: 25 });
    expectTruth(path, CAMERA);
    expectTruth(path, SCALAR);
  });

  it('names what is missing in either part, and what came unasked', async () => {
    const { url, queries } = await dataApi(
      reply({ name: 'A', values: [1] }, { name: 'Z', values: [2] }),
    );
    const cameras = [CAMERA, 'UNKNOWN:FPICTURE'];
    const { outcome } = await run(['A', 'B', ...cameras], { dataApiUrl: url, imageApiUrl: api });
    expect(queries.map(({ channels }) => channels.map(({ name }) => name))).toEqual([['A', 'B']]);
    expect(outcome).toMatchObject({ state: 'written', notRequested: ['Z'], rows: 2 + 5 });
    const missing = outcome.channels.filter(({ failure }) => failure?.code === 'missing');
    expect(missing.map(({ name }) => name)).toEqual(['B', 'UNKNOWN:FPICTURE']);
  });

  it('asks the image buffer for what the request has in it, whatever its name', async () => {
    const name = 'SIMULATOR-IMAGE-UINT16-64X128-1';
    const channels = [
      { name, backend: 'sf-imagebuffer' },
      { name: SCALAR, backend: 'sf-databuffer' },
    ];
    const { url, queries } = await dataApi(reply({ name: SCALAR, values: [1] }));
    const fields = { channels };
    const split = await run([], { dataApiUrl: url, imageApiUrl: api }, { fields });
    expect(split.outcome).toMatchObject({ state: 'written', rows: 1 + 20 });
    expectTruth(split.path, name);
    expect(queries).toMatchObject([{ channels: [{ name: SCALAR }] }]);
    const byJson = await run([], { dataApiUrl: `${api}/query` }, { fields });
    expect(byJson.outcome).toMatchObject({ state: 'written', rows: 20 + 20 });
    expectTruth(byJson.path, name);
  });

  it('asks nobody for a part that is empty', async () => {
    const nowhere = 'http://127.0.0.1:9';
    const all = await run([SCALAR], { dataApiUrl: `${api}/query`, imageApiUrl: nowhere });
    expect(all.outcome.state).toBe('written');
    const cameras = await run([CAMERA], { dataApiUrl: nowhere, imageApiUrl: api });
    expect(cameras.outcome.state).toBe('written');
  });

  it.each([
    ['INCOMPLETE', 'incomplete_reply', 'transient'],
    ['CUT', 'incomplete_reply', 'transient'],
    ['RESET', 'truncated_reply', 'transient'],
    ['HTTP-503', 'http_status', 'transient'],
    ['GARBAGE', 'malformed_reply', 'permanent'],
  ])('leaves nothing of a reply that fails: %s', async (fault, code, kind) => {
    const channels = [SCALAR, `SIMULATOR-FAULT-${fault}-1-job`];
    const { root, outcome } = await run(channels, { dataApiUrl: api, dataApiProtocol: 'binary' });
    expect(outcome).toMatchObject({ state: 'failed', failure: { code, kind } });
    expect(readdirSync(root)).toEqual([]);
  });

  it('has rows wait in memory up to the budget, then in the spool', async () => {
    const { url } = await dataApi(reply({ name: 'A', values: Array(50_000).fill(0.5) }));
    const ask = (memoryBudget: number) =>
      askForData(
        parseWriteRequest(writeRequest('x.h5', ['A'])),
        { data: new JsonSource({ url, memory: new ReadingMemory() }) },
        {
          spillBuffer: new Uint8Array(memoryBudget),
          spoolPath: join(folder(), 'no-folder', 'spool'),
          signal: new AbortController().signal,
        },
        DISCARDING_SINK,
      );
    expect((await ask(48 * 1024 * 1024)).rows).toBe(50_000);
    await expect(ask(100_000)).rejects.toThrow('ENOENT');
  });
});

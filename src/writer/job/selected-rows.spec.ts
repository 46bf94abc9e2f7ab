import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkContents } from '../../cli/check/check-contents.js';
import { Hdf5Library } from '../../hdf5/library/hdf5-library.js';
import { readContents } from '../../hdf5/read/file-contents.js';
import { readDataset } from '../../hdf5/read/inspect.js';
import { parseWriteRequest } from '../../request/parse-write-request.js';
import { type Answer, dataApis, reply } from '../data-api.fixture.js';
import { temporaryFolders } from '../temporary-folder.fixture.js';
import { writeRequest } from '../write-request.fixture.js';
import { channelsOnDisk } from './channels-on-disk.js';
import { JobTools } from './job-tools.js';
import { runJob } from './run-job.js';

describe('selected pulses', () => {
  const folder = temporaryFolders();
  const dataApi = dataApis();
  let library: Hdf5Library;
  beforeAll(async () => {
    library = await Hdf5Library.load();
  });

  async function setUp(...answers: Answer[]) {
    const [root, state] = [folder(), folder()];
    const api = await dataApi(...answers);
    const path = join(root, 'x.h5');
    const run = (selected: unknown, selectPulses = true, more: Record<string, unknown> = {}) => {
      const channels = ['A', 'SLOW', 'NONE'];
      const request = writeRequest('x.h5', channels, { selected_pulse_ids: selected, ...more });
      const options = {
        dataApiUrl: api.url,
        outputRoots: [root],
        stateDirectory: state,
        errorIfNoData: false,
        selectPulses,
      };
      return runJob(
        { attemptId: 'attempt-1', request: parseWriteRequest(request) },
        new JobTools(options, library),
        new AbortController().signal,
      );
    };
    const idsOf = (channel: string) =>
      Array.from(readDataset(library, path, `/data/${channel}/pulse_id`), Number);
    return { api, path, run, idsOf };
  }

  const upTo = (count: number, step = 1) =>
    Array.from({ length: Math.floor(count / step) }, (_, i) => (i + 1) * step);
  const channel = (name: string, pulseIds: number[]) => ({ name, values: pulseIds, pulseIds });
  const ALL = reply(channel('A', upTo(10)), channel('SLOW', upTo(10, 5)), channel('NONE', []));

  it.each(['compact', 'extended'])('are the only ones in a file, %s', async (format) => {
    const { api, path, run, idsOf } = await setUp(ALL);
    const outcome = await run(['2', 3, 7, 7, 5, 99], true, { output_file_format: format });
    expect(outcome).toMatchObject({
      state: 'written',
      rows: 5,
      channels: [
        { name: 'A', rows: 4, first_pulse_id: 2, last_pulse_id: 7, missing_pulses: 0 },
        { name: 'SLOW', rows: 1, first_pulse_id: 5, last_pulse_id: 5, missing_pulses: 0 },
        { name: 'NONE', rows: 0, missing_pulses: 4, short: true },
      ],
    });
    expect(idsOf('A')).toEqual([2, 3, 5, 7]);
    expect(idsOf('SLOW')).toEqual(format === 'compact' ? [5] : [2, 3, 5, 7]);
    // Pulses before the first and behind the last are not even asked for.
    expect(api.queries).toMatchObject([{ range: { startPulseId: 2, endPulseId: 7 } }]);
    const { attributes } = readContents(library, path);
    expect(attributes).toMatchObject({ selected_pulses: 4, start_pulse_id: 2, stop_pulse_id: 7 });
  });

  it('are what the file is checked by, from the disk as well', async () => {
    const { path, run } = await setUp(ALL);
    await run([2, 3, 7]);
    const contents = readContents(library, path);
    const request = parseWriteRequest(writeRequest('x.h5', ['A', 'SLOW', 'NONE']));
    for (const asked of [request, undefined]) {
      const { channels, findings } = checkContents(contents, asked);
      expect(findings).toEqual(['NONE lacks some of the selected pulses']);
      expect(channels.every(({ missing_pulses }) => missing_pulses === 0)).toBe(true);
    }
    expect(channelsOnDisk(contents)).toMatchObject([
      { name: 'A', rows: 3, missing_pulses: undefined },
      { name: 'NONE', short: true },
      { name: 'SLOW', rows: 0 },
    ]);
  });

  it('that a channel lacks by its rate are counted', async () => {
    const { run } = await setUp(reply(channel('A', [1, 2, 3, 4, 6, 8, 9, 10])));
    expect(await run([3, 5, 6, 7])).toMatchObject({
      channels: [
        { name: 'A', rows: 2, missing_pulses: 2, short: true },
        { name: 'SLOW', failure: { code: 'missing' } },
        { name: 'NONE', failure: { code: 'missing' } },
      ],
    });
  });

  it.each([
    ['nobody wants them to count', [2], false],
    ['the list is empty', [], true],
    ['there is none', undefined, true],
    ['nobody wants a bad one to count', 'x', false],
  ])('are all where %s', async (_why, selected, selectPulses) => {
    const { path, run, idsOf } = await setUp(ALL);
    expect(await run(selected, selectPulses)).toMatchObject({ state: 'written', rows: 12 });
    expect(idsOf('A')).toEqual(upTo(10));
    expect(readContents(library, path).attributes).not.toHaveProperty('selected_pulses');
  });

  it.each([
    [[2, 'x'], 'has "\\"x\\"" at place 1, which is no pulse id'],
    [{ 2: true }, 'must be a list of pulse ids'],
    [[99], 'has no pulse of the asked range'],
  ])('of %j fail the request', async (selected, problem) => {
    const { run } = await setUp(ALL);
    expect(await run(selected)).toMatchObject({
      state: 'failed',
      failure: {
        code: 'invalid_request',
        kind: 'permanent',
        message: expect.stringContaining(`parameters.selected_pulse_ids ${problem}`),
      },
    });
  });
});

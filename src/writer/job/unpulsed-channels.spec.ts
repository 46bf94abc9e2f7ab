import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkContents } from '../../cli/check/check-contents.js';
import type { TestRow } from '../../hdf5/row-blocks.fixture.js';
import { newBuffers } from '../../hdf5/handed/shared-buffers.js';
import { Hdf5Library } from '../../hdf5/library/hdf5-library.js';
import { readContents } from '../../hdf5/read/file-contents.js';
import { inspectFile, readDataset } from '../../hdf5/read/inspect.js';
import { parseWriteRequest } from '../../request/parse-write-request.js';
import type { WriteRequest } from '../../request/write-request.js';
import { monotonicSeconds } from '../request-age.js';
import { temporaryFolders } from '../temporary-folder.fixture.js';
import { partners } from '../threads/partners.fixture.js';
import { writeRequest } from '../write-request.fixture.js';
import { channelsOnDisk } from './channels-on-disk.js';
import { JobTools } from './job-tools.js';
import type { Job } from './job.js';
import { runJob } from './run-job.js';
import { ToldSource, type ToldAnswer, type ToldChannel } from './told-source.fixture.js';

const BEGIN = 1_528_459_491_551_143_344n;
const URL = 'http://127.0.0.1:9/api/4';
const WITH_PARTNER = 'with a partner';
const NOTED = { problems: [{ code: 'no_pulse_ids', count: 3 }] };

describe.each(['in one thread', WITH_PARTNER])('channels without pulse ids, %s', (way) => {
  const { partnership } = partners();
  const folder = temporaryFolders();
  let library: Hdf5Library;
  beforeAll(async () => {
    library = await Hdf5Library.load();
  });

  async function run(
    answer: ToldAnswer,
    {
      lateData,
      selectPulses,
      ...parameters
    }: Pick<Job, 'lateData'> & { selectPulses?: boolean } & Record<string, unknown> = {},
  ) {
    const root = folder();
    const ofTwo = way === WITH_PARTNER ? partnership(newBuffers(2, 1024)) : undefined;
    await ofTwo?.want();
    const tools = new JobTools(
      {
        dataApiUrl: URL,
        dataApiProtocol: 'api4',
        outputRoots: [root],
        stateDirectory: folder(),
        errorIfNoData: false,
        plots: { creatorVersion: '1' },
        selectPulses,
      },
      library,
      ofTwo,
    );
    const data = new ToldSource(URL, answer);
    Object.assign(tools, { sources: { data } });
    const names = answer.channels.map(({ name }) => name);
    const request: WriteRequest = writeRequest('x.h5', names, parameters);
    const outcome = await runJob(
      { attemptId: 'attempt-1', request: parseWriteRequest(request), lateData },
      tools,
      new AbortController().signal,
    );
    return { outcome, data, path: join(root, 'x.h5'), request };
  }

  /** One a pulse, or none has one; the times are those of pulses all the same. */
  const rows = (pulses: readonly number[], hasIds = true): TestRow[] =>
    pulses.map((pulse) => ({
      pulseId: hasIds ? pulse : -1,
      value: [pulse],
      timestamp: BEGIN + BigInt(pulse) * 10_000_000n,
      date: `date ${pulse}`,
    }));
  const ALL = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  const pulsed: ToldChannel = { name: 'P', blocks: [rows(ALL)] };
  const unpulsed: ToldChannel = {
    name: 'U',
    blocks: [rows([2, 5], false), rows([6], false)],
    report: NOTED,
  };

  it('are stored with -1, and lack nothing', async () => {
    const lateData = { until: monotonicSeconds() + 3600, atLeastOnce: true };
    const { outcome, data, path, request } = await run(
      { channels: [pulsed, unpulsed] },
      { lateData },
    );
    expect(outcome).toMatchObject({ state: 'written', rows: 13, warnings: [] });
    expect(data.questions).toHaveLength(1);
    const [, report] = outcome.channels;
    expect(report).toEqual({
      ...{ name: 'U', rows: 3, ...NOTED },
      ...{ first_pulse_id: undefined, last_pulse_id: undefined, missing_pulses: undefined },
    });
    expect(Array.from(readDataset(library, path, '/data/U/pulse_id'))).toEqual([-1n, -1n, -1n]);
    expect(Array.from(readDataset(library, path, '/data/U/data'))).toEqual([2, 5, 6]);

    const contents = readContents(library, path);
    expect(contents.channels[1]).toMatchObject({
      ...{ name: 'U', rows: 3, first_pulse_id: undefined, last_pulse_id: undefined },
      ...{ duplicate_pulse_ids: 0, missing_pulses: 0, points_without_pulse_id: 3 },
    });
    expect(channelsOnDisk(contents)[1]).toEqual(report);
    const checked = checkContents(contents, parseWriteRequest(request));
    expect(checked).toMatchObject({ complete: true, findings: [] });
    expect(checked.channels[1].range_covered).toBeUndefined();
  });

  it('are never short, where no other channel has a rate either', async () => {
    const { outcome, path } = await run({ channels: [unpulsed] });
    expect(outcome.channels[0].short).toBeUndefined();
    expect(checkContents(readContents(library, path), undefined).complete).toBe(true);
  });

  it('are plotted over their own times', async () => {
    const other: ToldChannel = { ...unpulsed, name: 'V', blocks: [rows([3, 5, 7], false)] };
    const timeless: ToldChannel = {
      ...unpulsed,
      name: 'T',
      blocks: [rows([1], false).map((row) => ({ ...row, timestamp: 0n }))],
    };
    const { path } = await run({ channels: [unpulsed, other, timeless] });
    const plotted = inspectFile(library, path).datasets.map((dataset) => dataset.path);
    const axes = plotted.filter((dataset) => /^\/entry\/.*(time|pulse_id)$/.test(dataset)).sort();
    expect(axes).toEqual([
      '/entry/U/time',
      '/entry/V/time',
      '/entry/end_time',
      '/entry/start_time',
    ]);
    const secondsOf = (channel: string) =>
      Array.from(readDataset(library, path, `/entry/${channel}/time`), Number);
    expect(secondsOf('U').map((seconds) => Math.round(seconds * 100))).toEqual([0, 3, 4]);
    expect(secondsOf('V').map((seconds) => Math.round(seconds * 100))).toEqual([1, 3, 5]);
    expect(readDataset(library, path, '/entry/start_time')).toEqual([
      '2018-06-08T12:04:51.571143344Z',
    ]);
  });

  it.each([
    ['of their first row on', [rows([2, 5], false)]],
    ['of a later row on', [rows([2, 105]), rows([6]), rows([7], false), rows([8])]],
  ])('fail in the extended format %s, and leave nothing behind', async (_when, blocks) => {
    const lateData = { until: monotonicSeconds() + 3600, atLeastOnce: true };
    const failing = { name: 'U', blocks };
    const last: ToldChannel = { name: 'Z', blocks: [rows([3, 7])] };
    const { outcome, data, path } = await run(
      { channels: [pulsed, failing, last], complete: new Set(['Z']) },
      { lateData, output_file_format: 'extended' },
    );
    expect(outcome).toMatchObject({ state: 'written', rows: 12, warnings: [] });
    expect(data.questions).toHaveLength(1);
    expect(outcome.channels[1]).toMatchObject({
      ...{ name: 'U', rows: 0, first_pulse_id: undefined, last_pulse_id: undefined },
      failure: {
        code: 'no_pulse_ids',
        message: expect.stringContaining('ask for the compact format (output_file_format)'),
      },
    });
    const { groups } = inspectFile(library, path);
    expect(groups.map((group) => group.path).filter((each) => each.startsWith('/data/'))).toEqual([
      '/data/P',
      '/data/Z',
    ]);
    expect(groups.find((group) => group.path === '/')!.attributes).toMatchObject({
      failed_channels: ['U'],
      failed_channels_reasons: [expect.stringMatching(/^no_pulse_ids: has rows without/)],
    });
    for (const name of ['P', 'Z']) {
      const ids = Array.from(readDataset(library, path, `/data/${name}/pulse_id`), Number);
      expect(ids).toEqual(ALL);
    }
    const present = Array.from(readDataset(library, path, '/data/Z/is_data_present'), Number);
    expect(present).toEqual(ALL.map((pulse) => (pulse === 3 || pulse === 7 ? 1 : 0)));
  });

  it('fail a request of the extended format that has no others, and nobody waits', async () => {
    const { outcome } = await run(
      { channels: [{ name: 'U', blocks: [rows([1], false)] }] },
      {
        lateData: { until: monotonicSeconds() + 3600, atLeastOnce: true },
        output_file_format: 'extended',
      },
    );
    expect(outcome.failure).toMatchObject({
      code: 'no_channel_stored',
      message: 'no channel can be stored: "U" (no_pulse_ids)',
    });
  });

  it('are kept whatever pulses are selected: none is theirs', async () => {
    const { outcome, path } = await run(
      { channels: [pulsed, unpulsed] },
      { selectPulses: true, selected_pulse_ids: [2, 3] },
    );
    expect(outcome).toMatchObject({ state: 'written', rows: 5 });
    expect(outcome.channels[1]).toEqual({
      ...{ name: 'U', rows: 3, ...NOTED },
      ...{ first_pulse_id: undefined, last_pulse_id: undefined, missing_pulses: undefined },
    });
    const ids = (channel: string) =>
      Array.from(readDataset(library, path, `/data/${channel}/pulse_id`), Number);
    expect([ids('P'), ids('U')]).toEqual([
      [2, 3],
      [-1, -1, -1],
    ]);
  });

  it('fail in the extended format of selected pulses as well', async () => {
    const { outcome, path } = await run(
      { channels: [pulsed, unpulsed] },
      { selectPulses: true, selected_pulse_ids: [2, 3], output_file_format: 'extended' },
    );
    expect(outcome).toMatchObject({ state: 'written', rows: 2 });
    expect(outcome.channels[1]).toMatchObject({ rows: 0, failure: { code: 'no_pulse_ids' } });
    const ids = Array.from(readDataset(library, path, '/data/P/pulse_id'), Number);
    expect(ids).toEqual([2, 3]);
  });
});

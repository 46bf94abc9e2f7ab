import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkContents } from '../../cli/check/check-contents.js';
import { reportLine } from '../../cli/direct-writer.js';
import { Hdf5Library } from '../../hdf5/library/hdf5-library.js';
import { readContents } from '../../hdf5/read/file-contents.js';
import { readDataset } from '../../hdf5/read/inspect.js';
import type { TestRow } from '../../hdf5/row-blocks.fixture.js';
import { EventLog } from '../../logging/event-log.js';
import { isIncomplete } from '../../report/count-channels.js';
import type { WriteReport } from '../../report/write-report.js';
import { parseWriteRequest } from '../../request/parse-write-request.js';
import { capturedLog } from '../captured-log.fixture.js';
import { received } from '../held-request.js';
import { reportOf } from '../report.js';
import { logReport } from '../report-log.js';
import { monotonicSeconds } from '../request-age.js';
import { temporaryFolders } from '../temporary-folder.fixture.js';
import { writeRequest } from '../write-request.fixture.js';
import { channelsOnDisk } from './channels-on-disk.js';
import { JobTools } from './job-tools.js';
import { runJob } from './run-job.js';
import { ToldSource, type ToldChannel } from './told-source.fixture.js';

const URL = 'http://127.0.0.1:9/api/4';
const INCOMPLETE = {
  code: 'incomplete',
  message: 'the data buffer has not said that the range is complete: asked 4 times',
};

describe('a channel that its source calls incomplete', () => {
  const folder = temporaryFolders();
  const log = capturedLog();
  let library: Hdf5Library;
  beforeAll(async () => {
    library = await Hdf5Library.load();
  });

  const rows = (last: number): TestRow[] =>
    Array.from({ length: last }, (_, i) => ({ pulseId: i + 1, value: [i], date: 'then' }));
  const whole: ToldChannel = { name: 'A', blocks: [rows(10)] };
  const part: ToldChannel = { name: 'B', blocks: [rows(4)], report: { failure: INCOMPLETE } };
  const nothing: ToldChannel = { name: 'C', blocks: [], report: { failure: INCOMPLETE } };

  async function run(channels: readonly ToldChannel[]) {
    const root = folder();
    const options = {
      ...{ dataApiUrl: URL, outputRoots: [root], stateDirectory: folder() },
      ...{ errorIfNoData: false, dataApiProtocol: 'api4' as const },
    };
    const tools = new JobTools(options, library);
    const complete = new Set(['A']);
    const data = new ToldSource(URL, { channels, complete });
    Object.assign(tools, { sources: { data } });
    const request = writeRequest(
      'x.h5',
      channels.map(({ name }) => name),
    );
    const outcome = await runJob(
      {
        attemptId: 'attempt-1',
        request: parseWriteRequest(request),
        lateData: { until: monotonicSeconds() + 3600, atLeastOnce: true },
      },
      tools,
      new AbortController().signal,
    );
    return { outcome, data, request, path: join(root, 'x.h5') };
  }

  it('is in the file as far as it goes, and not asked for again', async () => {
    const { outcome, data, path } = await run([whole, part]);
    expect(outcome).toMatchObject({ state: 'written', rows: 14 });
    expect(data.questions).toHaveLength(1);
    expect(outcome.channels[1]).toMatchObject({
      ...{ name: 'B', rows: 4, first_pulse_id: 1, last_pulse_id: 4, failure: INCOMPLETE },
    });
    expect(Array.from(readDataset(library, path, '/data/B/data'))).toEqual([0, 1, 2, 3]);
  });

  it('is named in the file, and by all that read it', async () => {
    const { outcome, path, request } = await run([whole, part]);
    const contents = readContents(library, path);
    expect(contents.attributes).toMatchObject({
      failed_channels: ['B'],
      failed_channels_reasons: [`incomplete: ${INCOMPLETE.message}`],
    });
    expect(contents.attributes).not.toHaveProperty('missing_channels');
    expect(channelsOnDisk(contents)).toEqual(outcome.channels);
    const { complete, findings, missing_channels } = checkContents(
      contents,
      parseWriteRequest(request),
    );
    expect({ complete, missing_channels }).toEqual({ complete: false, missing_channels: [] });
    expect(findings[0]).toBe(`only a part of B is in the file: incomplete: ${INCOMPLETE.message}`);
  });

  it('is told of as such', async () => {
    const { outcome, request } = await run([whole, part, nothing]);
    const held = received(request);
    const report: WriteReport = reportOf(held, outcome, { path: undefined, problem: undefined }, 3);
    expect(report).toMatchObject({ channels_asked: 3, channels_written: 1, channels_failed: 2 });
    expect(isIncomplete(report)).toBe(true);
    expect(reportLine(report)).toMatch(/: 2 channels, 14 rows, without C, only a part of B$/);
    logReport(new EventLog('Writer'), held, report, [], false);
    const facts = { code: 'incomplete', error: INCOMPLETE.message };
    expect(log.events.slice(0, 2)).toMatchObject([
      { level: 'warn', message: 'channel written in part', channel: 'B', rows: 4, ...facts },
      { level: 'warn', message: 'channel not written', channel: 'C', ...facts },
    ]);
  });

  it('is a file, though there is no other one', async () => {
    const { outcome } = await run([part]);
    expect(outcome).toMatchObject({ state: 'written', rows: 4 });
  });
});

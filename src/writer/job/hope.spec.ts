import { beforeAll, describe, expect, it } from 'vitest';
import { UnmappedPulses } from '../../databuffer/errors.js';
import type { TestRow } from '../../hdf5/row-blocks.fixture.js';
import { Hdf5Library } from '../../hdf5/library/hdf5-library.js';
import { parseWriteRequest } from '../../request/parse-write-request.js';
import { monotonicSeconds } from '../request-age.js';
import { temporaryFolders } from '../temporary-folder.fixture.js';
import { writeRequest } from '../write-request.fixture.js';
import type { Sources } from './ask-for-data.js';
import { JobTools } from './job-tools.js';
import type { LateData } from './job.js';
import { runJob } from './run-job.js';
import { ToldSource } from './told-source.fixture.js';

const CAMERA = 'C:FPICTURE';
const URL = 'http://127.0.0.1:9/api/4';

describe('data that may still come', () => {
  const folder = temporaryFolders();
  let library: Hdf5Library;
  beforeAll(async () => {
    library = await Hdf5Library.load();
  });

  async function run(
    channels: readonly string[],
    sources: Sources,
    { lateData, mustHaveRows }: { lateData?: LateData; mustHaveRows?: boolean } = {},
  ) {
    const tools = new JobTools(
      {
        dataApiUrl: URL,
        dataApiProtocol: 'api4',
        outputRoots: [folder()],
        stateDirectory: folder(),
        errorIfNoData: false,
      },
      library,
    );
    const { withoutCameras } = tools.sources;
    Object.assign(tools, { sources: { withoutCameras, ...sources } });
    const waits: number[] = [];
    const outcome = await runJob(
      {
        attemptId: 'attempt-1',
        request: parseWriteRequest(writeRequest('x.h5', channels)),
        lateData,
        mustHaveRows,
      },
      tools,
      new AbortController().signal,
      undefined,
      (seconds) => Promise.resolve(void waits.push(seconds)),
    );
    return { outcome, waits };
  }

  const upTo = (last: number): TestRow[] =>
    Array.from({ length: last }, (_, i) => ({ pulseId: i + 1, value: [i] }));
  const inTime = (seconds: number): LateData => ({
    until: monotonicSeconds() + seconds,
    atLeastOnce: false,
  });

  it('is waited for by the source as long as the job may, by its own wait', async () => {
    const data = new ToldSource(URL, { channels: [{ name: 'A', blocks: [upTo(10)] }] });
    const { waits } = await run(['A'], { data }, { lateData: inTime(100) });
    const { hope, signal } = data.questions[0];
    expect(hope!.left()).toBeGreaterThan(50);
    expect(hope!.left()).toBeLessThanOrEqual(100);
    await hope!.wait(3, signal);
    expect(waits).toEqual([3]);

    const late = new ToldSource(URL, { channels: [{ name: 'A', blocks: [upTo(10)] }] });
    await run(['A'], { data: late }, { lateData: inTime(-1) });
    expect(late.questions[0].hope!.left()).toBe(0);
  });

  it('is not waited for by a source where nobody waits', async () => {
    const data = new ToldSource(URL, { channels: [{ name: 'A', blocks: [upTo(10)] }] });
    await run(['A'], { data });
    expect(data.questions[0].hope).toBeUndefined();
  });

  it('is not asked for again once it is complete; what is not is', async () => {
    const channels = [
      { name: 'A', blocks: [upTo(4)] },
      { name: 'B', blocks: [upTo(10)] },
      { name: 'C', blocks: [upTo(5)] },
    ];
    const more = { name: 'C', blocks: [upTo(10)] };
    const data = new ToldSource(
      URL,
      { channels, complete: new Set(['A', 'B']) },
      { channels: [more] },
    );
    const { outcome } = await run(['A', 'B', 'C'], { data }, { lateData: inTime(100) });
    expect(
      data.questions.slice(1).map(({ channels: asked }) => asked.map(({ name }) => name)),
    ).toEqual([['C']]);
    expect(outcome.channels.map(({ name, rows }) => [name, rows])).toEqual([
      ['A', 4],
      ['B', 10],
      ['C', 10],
    ]);
  });

  it.each([
    ['nothing, and proves it', new Set(['A']), 'written', undefined],
    ['nothing so far', new Set<string>(), 'failed', 'no_data_yet'],
  ])('is told from what is not there: %s', async (_what, complete, state, code) => {
    const data = new ToldSource(URL, { channels: [{ name: 'A', blocks: [] }], complete });
    const { outcome } = await run(['A'], { data }, { lateData: inTime(100) });
    expect([outcome.state, outcome.failure?.code]).toEqual([state, code]);
  });

  it('has pulses that are not known yet; without hope that is a failure', async () => {
    const unmapped = new UnmappedPulses(URL, { startPulseId: 1, endPulseId: 10 });
    const [data, mapping] = [new ToldSource(URL), { timesOf: () => Promise.reject(unmapped) }];
    const waiting = await run(['A'], { data, mapping }, { lateData: inTime(100) });
    expect(waiting.outcome.failure).toMatchObject({
      code: 'no_data_yet',
      kind: 'awaiting data',
      message: `the data buffer has no data for the request yet: ${unmapped.message}`,
    });
    const over = await run(['A'], { data, mapping }, { lateData: inTime(-1) });
    expect(over.outcome.failure).toMatchObject({ code: 'unmapped_pulses', kind: 'transient' });
    const replay = await run(['A'], { data, mapping }, { mustHaveRows: true });
    expect(replay.outcome.failure).toMatchObject({ code: 'unmapped_pulses', kind: 'transient' });
  });

  it('is not hoped for of cameras without their API: the failure names the setting', async () => {
    const data = new ToldSource(URL, { channels: [{ name: 'A', blocks: [upTo(10)] }] });
    const alone = await run([CAMERA], { data }, { lateData: inTime(100) });
    expect(alone.outcome.failure).toMatchObject({
      code: 'no_channel_stored',
      kind: 'permanent',
      message:
        `no channel can be stored: "${CAMERA}" (needs_image_api); ` +
        'data API 4 does not serve cameras: set --image_api_url',
    });
    expect(data.questions).toEqual([]);
    const { outcome } = await run([CAMERA, 'A'], { data }, { lateData: inTime(100) });
    expect(outcome).toMatchObject({ state: 'written', rows: 10 });
    expect(outcome.channels.map(({ name, failure }) => [name, failure?.code])).toEqual([
      ['A', undefined],
      [CAMERA, 'needs_image_api'],
    ]);
    expect(data.questions).toHaveLength(1);
  });
});

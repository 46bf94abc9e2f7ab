import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Hdf5Library } from '../../hdf5/library/hdf5-library.js';
import { inspectFile, readDataset } from '../../hdf5/read/inspect.js';
import { parseWriteRequest } from '../../request/parse-write-request.js';
import { type Bundle, bundle } from '../bundle.fixture.js';
import { dataApis, type Answer, reply, replyOf } from '../data-api.fixture.js';
import { ThreadLost } from '../errors.js';
import type { Job } from '../job/job.js';
import { monotonicSeconds } from '../request-age.js';
import { temporaryFolders } from '../temporary-folder.fixture.js';
import { writeRequest } from '../write-request.fixture.js';
import { ThreadPool } from './thread-pool.js';

const LENGTH = 1000;
const VALUES = Array.from({ length: LENGTH }, (_, i) => i / 7);
/** Some MB in the file. */
const POINTS = 600;
const NEVER = new AbortController().signal;

function waveform(first: number, last: number) {
  const pulseIds = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  return { name: 'W', shape: [LENGTH], values: pulseIds.map(() => VALUES), pulseIds };
}

describe('a job that is too large for one thread', { timeout: 60_000 }, () => {
  const folder = temporaryFolders();
  const dataApi = dataApis();
  const pools: ThreadPool[] = [];
  let attempts = 0;
  let jobs: Bundle;
  let partners: Bundle;
  let library: Hdf5Library;
  beforeAll(async () => {
    [jobs, partners, library] = await Promise.all([
      bundle('./threads/job-thread.ts'),
      bundle('./threads/hdf5-thread.ts'),
      Hdf5Library.load(),
    ]);
  });
  afterEach(async () => {
    for (const pool of pools.splice(0)) await pool.close();
  });
  afterAll(() => {
    jobs.remove();
    partners.remove();
  });

  /** A pool whose first thread has its partner. */
  async function setUp(answers: readonly Answer[], partner = partners.url) {
    const [root, state] = [folder(), folder()];
    const api = await dataApi(...answers);
    const pool = new ThreadPool({
      size: 2,
      entries: { jobs: jobs.url, partners: partner },
      jobs: {
        dataApiUrl: api.url,
        outputRoots: [root],
        stateDirectory: state,
        errorIfNoData: false,
      },
    });
    pools.push(pool);
    await pool.start();
    const run = (
      name: string,
      { lateData, extended, abort = NEVER }: Options = {},
    ): ReturnType<ThreadPool['run']> => {
      const asked = writeRequest(name, ['W'], extended ? { output_file_format: null } : {});
      const range = { startPulseId: 1, endPulseId: POINTS };
      const query = { ...(JSON.parse(asked.data_api_request) as object), range };
      const request = parseWriteRequest({ ...asked, data_api_request: JSON.stringify(query) });
      const job = { attemptId: `attempt-${attempts++}`, request, lateData };
      return pool.run(job, { giveUp: NEVER, abort, started: () => undefined });
    };
    const shapeOf = (name: string) =>
      inspectFile(library, join(root, name)).datasets.find(({ path }) => path === '/data/W/data')
        ?.shape;
    return { pool, root, api, run, shapeOf };
  }

  it('is written by two, beside others, in any format', async () => {
    const { pool, root, run, shapeOf } = await setUp([reply(waveform(1, POINTS))]);
    const outcomes = [
      ...(await Promise.all([run('a.h5'), run('b.h5', { extended: true })])),
      ...(await Promise.all([run('c.h5', { extended: true }), run('d.h5')])),
    ];
    expect(outcomes.map(({ state }) => state)).toEqual(Array.from({ length: 4 }, () => 'written'));
    for (const name of ['a.h5', 'b.h5', 'c.h5', 'd.h5']) {
      expect(shapeOf(name)).toEqual([POINTS, LENGTH]);
      const pulseIds = readDataset(library, join(root, name), '/data/W/pulse_id');
      expect(Number(pulseIds[POINTS - 1])).toBe(POINTS);
    }
    expect(pool.counts()).toMatchObject({ idle: 2, lost: 0 });
  });

  it('goes on with what comes late', async () => {
    const { run, shapeOf } = await setUp([
      reply(waveform(1, POINTS - 100)),
      reply(waveform(POINTS - 99, POINTS)),
    ]);
    const lateData = { until: monotonicSeconds() + 20, atLeastOnce: true };
    expect(await run('x.h5', { lateData })).toMatchObject({ state: 'written', rows: POINTS });
    expect(shapeOf('x.h5')).toEqual([POINTS, LENGTH]);
  });

  it('ends in the middle when it is told to, and the next one is written', async () => {
    const held: (() => void)[] = [];
    const text = replyOf(waveform(1, POINTS));
    const { pool, root, run, shapeOf } = await setUp([
      (response) => response.write(text.slice(0, -1000), () => held.forEach((each) => each())),
      reply(waveform(1, POINTS)),
    ]);
    const abort = new AbortController();
    held.push(() => abort.abort());
    const outcome = await run('x.h5', { abort: abort.signal });
    expect(outcome.failure?.code).toBe('shut_down');
    expect(readdirSync(root)).toEqual([]);
    await run('x.h5');
    expect(shapeOf('x.h5')).toEqual([POINTS, LENGTH]);
    expect(pool.counts()).toMatchObject({ idle: 1, lost: 0 });
  });

  it('fails when the thread that writes ends, and the next one is written', async () => {
    // The warm-up has taken some buffers before.
    const failing = `
      import { workerData } from 'node:worker_threads';
      let files = 0;
      workerData.port.on('message', ({ type }) => {
        if (type === 'create') files++;
        else if (type === 'rows' && files === 2) process.exit(7)
      });
      await import(${JSON.stringify(partners.url.href)});
    `;
    const { run, shapeOf } = await setUp(
      [reply(waveform(1, POINTS))],
      new URL(`data:text/javascript,${encodeURIComponent(failing)}`),
    );
    await expect(run('x.h5')).rejects.toThrow(ThreadLost);
    // In a thread that has no partner yet.
    await run('x.h5');
    expect(shapeOf('x.h5')).toEqual([POINTS, LENGTH]);
  });
});

interface Options extends Pick<Job, 'lateData'> {
  readonly extended?: boolean;
  readonly abort?: AbortSignal;
}

import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { Hdf5Library } from '../../hdf5/library/hdf5-library.js';
import { readRootAttributes } from '../../hdf5/read/read-file.js';
import { parseWriteRequest } from '../../request/parse-write-request.js';
import type { ChannelReport } from '../../report/channel-report.js';
import type { WriteRequest } from '../../request/write-request.js';
import { type Answer, dataApis, reply, status } from '../data-api.fixture.js';
import { temporaryFolders } from '../temporary-folder.fixture.js';
import { writeRequest } from '../write-request.fixture.js';
import { JobTools } from './job-tools.js';
import { runJob } from './run-job.js';

const A = { name: 'A', values: [1.5, 2.5] };

describe('a request that a broker may have sent before', () => {
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
    const jobOptions = {
      dataApiUrl: api.url,
      outputRoots: [root],
      stateDirectory: state,
      errorIfNoData: false,
    };
    let jobs = 0;
    const run = (fields: Partial<WriteRequest> = {}, mayBeAnswered = true) =>
      runJob(
        {
          attemptId: `attempt-${jobs++}`,
          request: parseWriteRequest({ ...writeRequest('x.h5', ['A']), ...fields }),
          mayBeAnswered,
        },
        // Of another writer each: what belongs to a thread serves one job at a time.
        new JobTools(jobOptions, library),
        new AbortController().signal,
      );
    const request = () => readRootAttributes(library, path).request_id;
    return { api, root, path, run, request };
  }

  it('is written when its file is there, whose data is not asked for again', async () => {
    const { api, path, run } = await setUp(reply(A));
    await run();
    const { ino } = statSync(path);
    writeFileSync(`${path}.err`, 'of an attempt that failed before');
    expect(await run()).toMatchObject({ state: 'written', failure: undefined });
    expect(api.queries).toHaveLength(1);
    expect(statSync(path).ino).toBe(ino);
    expect(existsSync(`${path}.err`)).toBe(false);
  });

  it('tells once of a channel that its file has in part', async () => {
    const { run } = await setUp(reply(A, { ...A, type: 'int8', values: [3] }));
    await run();
    const message = 'it came before as float64 [1], and comes again as int8 [1]';
    const { channels } = await run();
    expect(channels).toEqual([
      expect.objectContaining({
        name: 'A',
        rows: 2,
        failure: { code: 'repeated_channel', message },
      }),
    ]);
  });

  it('is superseded by the file of a newer request, whatever it comes to itself', async () => {
    const { root, run, request } = await setUp(reply(A), status(404));
    await run({ request_id: 'newer', timestamp: 2000 });
    expect(await run({ request_id: 'older', timestamp: 1999.5 })).toMatchObject({
      state: 'superseded',
    });
    expect(request()).toBe('newer');
    expect(readdirSync(root)).toEqual(['x.h5']);
  });

  it.each([
    ['recorded before, under a clock that was ahead', { timestamp: 2000, sequence: 41 }],
    ['of another trail', { timestamp: 2000, sequence: 43, trail_id: 'other' }],
    ['whose timestamp no clock can reach', { timestamp: 1e300, trail_id: undefined }],
    ['whose timestamp lies in the future', { timestamp: Date.now() / 1000 + 3600 }],
  ])('replaces a file %s', async (_case, fields) => {
    const { run, request } = await setUp(reply(A));
    await run({ request_id: 'found', trail_id: 'trail', ...fields });
    const second = { request_id: 'second', timestamp: 1998, trail_id: 'trail', sequence: 42 };
    expect(await run(second)).toMatchObject({ state: 'written' });
    expect(request()).toBe('second');
  });

  it('is superseded by what was recorded behind it, under a clock that stepped back', async () => {
    const { root, run, request } = await setUp(reply(A));
    await run({ request_id: 'newer', timestamp: 1998, trail_id: 'trail', sequence: 42 });
    const older = { request_id: 'older', timestamp: 2000, trail_id: 'trail', sequence: 41 };
    expect(await run(older)).toMatchObject({ state: 'superseded' });
    expect(request()).toBe('newer');
    const path = join(root, 'x.h5');
    expect(readRootAttributes(library, path)).toMatchObject({
      trail_id: 'trail',
      request_sequence: 42,
    });
  });

  it('sees what came while it asked for data', async () => {
    const { root, run, request } = await setUp(
      (response, query) =>
        void run({ request_id: 'newer', timestamp: 2000 }).then(() => reply(A)(response, query)),
      reply(A),
    );
    const outcome = await run({ request_id: 'older', timestamp: 1999.5 });
    expect(outcome).toMatchObject({ state: 'superseded', failure: undefined });
    expect(request()).toBe('newer');
    expect(readdirSync(root)).toEqual(['x.h5']);
  });

  it.each(['compact', 'extended'])(
    'has the report of the file that is there: %s',
    async (output_file_format) => {
      const sparse = { name: 'SPARSE', values: [1, 2, 4], pulseIds: [10, 20, 40] };
      const int16 = { name: 'INT16', type: 'int16', values: [1, 70000, null] };
      const odd = { name: 'ODD', type: 'complex', values: [1] };
      const { run } = await setUp(reply(A, sparse, int16, odd, { name: 'EMPTY', values: [] }));
      const fields = writeRequest('x.h5', ['A', 'SPARSE', 'INT16', 'ODD', 'GONE'], {
        output_file_format,
      });
      const written = await run(fields);
      const found = await run(fields);
      const byName = (channels: readonly ChannelReport[]) =>
        channels.toSorted((a, b) => a.name.localeCompare(b.name));
      expect(byName(found.channels)).toEqual(byName(written.channels));
      expect(found.channels.find(({ name }) => name === 'SPARSE')?.missing_pulses).toBe(1);
      expect(found).toMatchObject({
        state: 'written',
        rows: written.rows,
        notRequested: ['EMPTY'],
        bytes: 0,
      });
    },
  );

  it('replaces the file of an older one, and of one made at the same moment', async () => {
    const { run, request } = await setUp(reply(A));
    await run({ request_id: 'first', timestamp: 2000 });
    for (const [id, timestamp] of [
      ['second', 2000],
      ['third', 2000.001],
    ] as const) {
      expect(await run({ request_id: id, timestamp })).toMatchObject({ state: 'written' });
      expect(request()).toBe(id);
    }
  });

  it.each([
    ['is no HDF5', 'noise'],
    ['is empty', ''],
  ])('replaces what %s', async (_case, content) => {
    const { path, run, request } = await setUp(reply(A));
    writeFileSync(path, content);
    expect(await run({ request_id: 'mine' })).toMatchObject({ state: 'written' });
    expect(request()).toBe('mine');
    expect(readFileSync(path).length).toBeGreaterThan(100);
  });

  it('that does not come from such a broker is written anew', async () => {
    const { api, run, request } = await setUp(reply(A));
    await run({ request_id: 'newer', timestamp: 2000 });
    expect(await run({ request_id: 'older', timestamp: 1000 }, false)).toMatchObject({
      state: 'written',
    });
    expect(request()).toBe('older');
    expect(api.queries).toHaveLength(2);
  });
});

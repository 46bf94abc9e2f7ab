import {
  existsSync,
  readdirSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Hdf5Library } from '../../hdf5/library/hdf5-library.js';
import { readRootAttributes } from '../../hdf5/read/read-file.js';
import { FileUnreadable } from '../../hdf5/read/thread/errors.js';
import { FileReader } from '../../hdf5/read/thread/file-reader.js';
import { poison, writeSmallFile } from '../../hdf5/read/thread/poisoned-file.fixture.js';
import { parseWriteRequest } from '../../request/parse-write-request.js';
import { requestKey } from '../../request/request-key.js';
import type { WriteRequest } from '../../request/write-request.js';
import { type Answer, dataApis, reply, text } from '../data-api.fixture.js';
import { temporaryFolders } from '../temporary-folder.fixture.js';
import { writeRequest } from '../write-request.fixture.js';
import { JobTools } from './job-tools.js';
import { runJob } from './run-job.js';

const FULL = reply({ name: 'A', values: [1, 2, 3] }, { name: 'B', values: [4] });
const NONE = reply({ name: 'A', values: [] }, { name: 'B', values: [] });
const PART = reply({ name: 'A', values: [1, 2, 3] }, { name: 'B', values: [] });

describe('writing again', { timeout: 60_000 }, () => {
  const folder = temporaryFolders();
  const dataApi = dataApis();
  const shared = new FileReader();
  afterAll(() => shared.close());
  let library: Hdf5Library;
  beforeAll(async () => {
    library = await Hdf5Library.load();
  });

  async function setUp(...answers: Answer[]) {
    const [root, state] = [folder(), folder()];
    const api = await dataApi(...answers);
    const path = join(root, 'x.h5');
    let jobs = 0;
    const run = (
      fields: Partial<WriteRequest> = {},
      { reader = shared, errorIfNoData = false, mustHaveRows = false } = {},
    ) => {
      const options = { dataApiUrl: api.url, outputRoots: [root], stateDirectory: state };
      const tools = new JobTools({ ...options, errorIfNoData }, library);
      const request = parseWriteRequest({ ...writeRequest('x.h5', ['A', 'B']), ...fields });
      const job = { attemptId: `attempt-${jobs++}`, request, mustHaveRows };
      return runJob(job, Object.assign(tools, { reader }), new AbortController().signal);
    };
    return { path, root, run, idOf: () => readRootAttributes(library, path).request_id };
  }

  const FEWER = { state: 'failed', failure: { code: 'fewer_rows', kind: 'permanent' } };

  it.each([
    ['the same request', { request_id: 'first' }],
    [
      'a request that acquires it again',
      { request_id: 'again', replay_of: 'first', timestamp: 2e9 },
    ],
  ])('never replaces the file of %s by less', async (_case, fields) => {
    const { path, root, run } = await setUp(FULL, NONE);
    await run({ request_id: 'first' });
    const { ino, mtimeMs } = statSync(path);
    writeFileSync(`${path}.err`, 'of another attempt');
    const outcome = await run(fields);
    expect(outcome).toMatchObject(FEWER);
    expect(outcome.failure?.message).toBe(
      'the file that is there has 4 rows of the channels asked for, the new data has 0: it stays as it is; --force replaces it',
    );
    expect(statSync(path)).toMatchObject({ ino, mtimeMs });
    expect(readdirSync(root).sort()).toEqual(['x.h5', 'x.h5.err']);
  });

  it('knows a request by the one that both acquire again', async () => {
    const { run, idOf } = await setUp(FULL, NONE);
    await run({ request_id: 'second', replay_of: 'first' });
    expect(await run({ request_id: 'third', replay_of: 'first' })).toMatchObject(FEWER);
    expect(await run({ request_id: 'first' })).toMatchObject(FEWER);
    expect(idOf()).toBe('second');
  });

  it('knows a request without an id by its time, and by what it asks for', async () => {
    const { path, run } = await setUp(FULL, NONE);
    const made = { timestamp: 1000.5 };
    await run({ ...made, request_id: undefined });
    expect(await run({ ...made, request_id: undefined })).toMatchObject(FEWER);
    const key = requestKey({ ...writeRequest('x.h5', ['A', 'B']), ...made, request_id: undefined });
    const again = { request_id: 'again', replay_of: key, replay_of_timestamp: 1000.5 };
    expect(await run(again)).toMatchObject(FEWER);
    expect(await run({ ...again, force: true })).toMatchObject({ state: 'written' });
    expect(existsSync(path)).toBe(true);
  });

  it('knows the file of a request by its replay’s name for it', async () => {
    const { run } = await setUp(FULL, NONE);
    const first = { ...writeRequest('x.h5', ['A', 'B']), request_id: undefined };
    await run({ request_id: 'again', timestamp: 2e9, replay_of: requestKey(first) });
    expect(await run({ request_id: undefined })).toMatchObject(FEWER);
  });

  it('takes a file that does not say whose it is for that of the request made before', async () => {
    const { path, run, idOf } = await setUp(NONE);
    writeSmallFile(library, path, {});
    utimesSync(path, 1000, 1000);
    const again = { request_id: 'again', replay_of: 'first', timestamp: 5000 };
    expect(await run({ request_id: 'first', timestamp: 999 })).toMatchObject(FEWER);
    expect(await run({ ...again, replay_of_timestamp: 999 })).toMatchObject(FEWER);
    expect(await run(again)).toMatchObject(FEWER);
    expect(idOf()).toBeUndefined();
    expect(await run({ request_id: 'later', timestamp: 1001 })).toMatchObject({ state: 'written' });
  });

  it('counts the rows of all channels that are asked for, in both formats', async () => {
    const extended = writeRequest('x.h5', ['A', 'B'], { output_file_format: 'extended' });
    const { run } = await setUp(FULL, PART, FULL, FULL, PART);
    await run();
    expect(await run()).toMatchObject({
      failure: {
        message: expect.stringContaining(
          'has 4 rows of the channels asked for, the new data has 3',
        ),
      },
    });
    expect(await run()).toMatchObject({ state: 'written' });
    await run(extended);
    expect(await run(extended)).toMatchObject(FEWER);
  });

  it('does not count channels that nobody asks for', async () => {
    const { run } = await setUp(FULL, reply({ name: 'A', values: [1, 2, 3] }));
    await run();
    const request = writeRequest('x.h5', ['A']);
    expect(await run(request)).toMatchObject({ state: 'written' });
  });

  it.each([
    ['an empty reply', text('[]'), false],
    ['no data where that is an error', NONE, true],
    ['data for some channels where that is an error', PART, true],
  ])('that brings %s fails for the file that is there', async (_case, answer, errorIfNoData) => {
    const { run } = await setUp(FULL, answer);
    await run();
    expect(await run({}, { errorIfNoData })).toMatchObject(FEWER);
  });

  it.each([
    ['an empty reply', text('[]'), false],
    ['channels without a row', NONE, false],
    ['channels without a row where that is an error', NONE, true],
    ['nothing that was asked for', reply({ name: 'C', values: [] }), false],
  ])(
    'fails for good where data that was there is forgotten: %s',
    async (_c, answer, errorIfNoData) => {
      const { root, run } = await setUp(answer);
      const again = { request_id: 'again', replay_of: 'first' };
      expect(await run(again, { mustHaveRows: true, errorIfNoData })).toMatchObject({
        state: 'failed',
        failure: {
          code: 'no_data',
          kind: 'permanent',
          message: 'the data buffer has no data of these pulses any more',
          faults: ['request'],
          passes: false,
        },
      });
      expect(readdirSync(root)).toEqual([]);
    },
  );

  it.each([
    ['an empty reply', text('[]')],
    ['channels without a row', NONE],
  ])('keeps the file that is there where the data is forgotten: %s', async (_case, answer) => {
    const { run } = await setUp(FULL, answer);
    await run({ request_id: 'first' });
    const again = { request_id: 'again', replay_of: 'first' };
    expect(await run(again, { mustHaveRows: true })).toMatchObject(FEWER);
  });

  it('says what is wrong with data that comes again and can’t be stored', async () => {
    const bad = reply(
      { name: 'A', type: 'odd', values: [1] },
      { name: 'B', type: 'odd', values: [1] },
    );
    const { run } = await setUp(bad);
    expect(await run({}, { mustHaveRows: true })).toMatchObject({
      failure: { code: 'no_channel_stored' },
    });
  });

  it('replaces what has no more rows, and says what that was', async () => {
    const { run, idOf } = await setUp(FULL);
    expect((await run({ request_id: 'first', timestamp: 1000 })).replaced).toBeUndefined();
    const again = await run({ request_id: 'again', replay_of: 'first' });
    expect(again).toMatchObject({
      state: 'written',
      replaced: { of: { id: 'first', timestamp: 1000 } },
    });
    expect(idOf()).toBe('again');
  });

  it('replaces the file of another request by less, and what is forced', async () => {
    const { run, idOf } = await setUp(FULL, NONE, FULL, NONE);
    await run({ request_id: 'first' });
    const other = await run({ request_id: 'other', timestamp: 2000 });
    expect(other).toMatchObject({ state: 'written', replaced: { of: { id: 'first' } } });
    await run({ request_id: 'first' });
    expect(await run({ request_id: 'first', force: true })).toMatchObject({
      state: 'written',
      rows: 0,
    });
    expect(idOf()).toBe('first');
  });

  it('replaces a damaged file, and says so', async () => {
    const { path, run, idOf } = await setUp(FULL, NONE);
    await run({ request_id: 'first' });
    truncateSync(path, 3000);
    const outcome = await run({ request_id: 'first' });
    expect(outcome).toMatchObject({
      state: 'written',
      replaced: { damaged: expect.stringContaining('truncated file') },
    });
    expect(idOf()).toBe('first');
  });

  it('replaces a file that keeps HDF5 busy for ever', async () => {
    const { path, run, idOf } = await setUp(FULL);
    writeSmallFile(library, path, { request_id: 'first' });
    poison(path);
    const reader = new FileReader({ computing: 1, waiting: 60 });
    expect(await run({ request_id: 'first' }, { reader })).toMatchObject({
      state: 'written',
      replaced: { damaged: expect.stringContaining('comes to no end') },
    });
    expect(idOf()).toBe('first');
  });

  it('leaves a file alone that the disk does not let it look at, for the time being', async () => {
    const { path, run } = await setUp(FULL);
    await run();
    const { ino } = statSync(path);
    const reader = new FileReader();
    reader.read = (file) => Promise.reject(new FileUnreadable(file, 'the disk is away', true));
    expect(await run({}, { reader })).toMatchObject({
      state: 'failed',
      failure: { code: 'file_unreadable', kind: 'transient' },
    });
    expect(statSync(path).ino).toBe(ino);
  });
});

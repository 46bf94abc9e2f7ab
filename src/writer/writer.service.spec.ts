import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parseTrailLine } from '../audit/trail-line.js';
import type { JobSettings } from '../config/writer-settings.js';
import { Hdf5Library } from '../hdf5/hdf5-library.js';
import { readDataset } from '../hdf5/inspect.js';
import { OutputRoots } from '../output/output-roots.js';
import type { WriteRequest } from '../request/write-request.js';
import { type Bundle, bundle } from './bundle.fixture.js';
import { capturedLog } from './captured-log.fixture.js';
import { type Answer, dataApis, reply, replyOf, status, text } from './data-api.fixture.js';
import { ErrorFiles } from './error-files.js';
import { TemporaryFiles } from './state/temporary-files.js';
import { temporaryFolders } from './temporary-folder.fixture.js';
import { ThreadPool } from './threads/thread-pool.js';
import { writeRequest } from './write-request.fixture.js';
import { WriterService } from './writer.service.js';

const A = { name: 'A', values: [1, 2] };

describe('WriterService', { timeout: 30_000 }, () => {
  const folder = temporaryFolders();
  const dataApi = dataApis();
  const log = capturedLog();
  const writers: WriterService[] = [];
  let thread: Bundle;
  let library: Hdf5Library;
  beforeAll(async () => {
    thread = await bundle('./threads/job-thread.ts');
    library = await Hdf5Library.load();
  });
  afterEach(async () => {
    for (const writer of writers.splice(0)) await writer.shutDown(0);
  });
  afterAll(() => thread.remove());

  function writerFor(url: string, settings: Partial<JobSettings> = {}, entry = thread.url) {
    const [root, state] = [folder(), folder()];
    const roots = new OutputRoots([root]);
    const files = new TemporaryFiles(state);
    const jobs = {
      dataApiUrl: url,
      outputRoots: [root],
      stateDirectory: state,
      errorIfNoData: false,
    };
    const all = {
      output_root: [root],
      data_retrieval_delay: 0,
      retries: 5,
      ...settings,
    } as JobSettings;
    const pool = new ThreadPool({ size: settings.concurrency ?? 2, entry, jobs });
    const writer = new WriterService(all, roots, pool, new ErrorFiles(roots, files, state), files);
    writers.push(writer);
    return { root, state, writer };
  }

  async function setUp(answers: Answer[], settings?: Partial<JobSettings>) {
    const api = await dataApi(...answers);
    return { api, ...writerFor(api.url, settings) };
  }

  const requestIn = (file: string) =>
    parseTrailLine(readFileSync(file, 'utf8').trimEnd()) as { request: WriteRequest };

  it('writes the file, reports, and logs one line an event', async () => {
    const { root, writer } = await setUp([reply(A)]);
    const request = writeRequest('x.h5', ['A', 'GONE']);
    const report = await writer.write(request);
    expect(report).toMatchObject({
      request_id: request.request_id,
      state: 'written',
      output_file: join(root, 'x.h5'),
      attempts: 1,
      rows: 2,
      bytes: replyOf(A).length,
    });
    expect(report.channels.map(({ name, rows }) => [name, rows])).toEqual([
      ['A', 2],
      ['GONE', 0],
    ]);
    expect(Array.from(readDataset(library, join(root, 'x.h5'), '/data/A/data'))).toEqual([1, 2]);
    const facts = { request_id: request.request_id, start_pulse_id: 1, stop_pulse_id: 10 };
    expect(log.events).toEqual([
      expect.objectContaining({ level: 'log', message: 'request received', ...facts }),
      expect.objectContaining({
        level: 'warn',
        message: 'channel not written',
        channel: 'GONE',
        code: 'missing',
      }),
      expect.objectContaining({
        level: 'log',
        message: 'file written',
        ...facts,
        output_file: join(root, 'x.h5'),
      }),
    ]);
  });

  it('tries a transient failure again', async () => {
    const { api, root, writer } = await setUp([status(503), reply(A)]);
    expect(await writer.write(writeRequest('x.h5', ['A']))).toMatchObject({
      state: 'written',
      attempts: 2,
    });
    expect(api.queries).toHaveLength(2);
    expect(readdirSync(root)).toEqual(['x.h5']);
    expect(log.events[1]).toMatchObject({
      level: 'warn',
      message: 'attempt failed',
      attempt: 1,
      code: 'http_status',
    });
  });

  it('leaves an error file when the retries are used up', async () => {
    const { root, writer } = await setUp([status(503)], { retries: 1 });
    const request = writeRequest('new/folder/x.h5', ['A']);
    const report = await writer.write(request);
    const errorFile = join(root, 'new/folder/x.h5.err');
    expect(report).toMatchObject({
      state: 'failed',
      attempts: 2,
      error_file: errorFile,
      failure: { code: 'http_status' },
    });
    expect(requestIn(errorFile).request).toEqual(request);
    expect(readdirSync(join(root, 'new/folder'))).toEqual(['x.h5.err']);
    expect(log.events.at(-1)).toMatchObject({
      level: 'error',
      message: 'request failed',
      error_file: errorFile,
    });
  });

  it('does not try a permanent failure again, and takes the error file away after success', async () => {
    const { api, root, writer } = await setUp([text('[]'), reply(A)]);
    const request = writeRequest('x.h5', ['A']);
    expect(await writer.write(request)).toMatchObject({
      state: 'failed',
      failure: { code: 'empty_reply' },
    });
    expect(api.queries).toHaveLength(1);
    expect(readdirSync(root)).toEqual(['x.h5.err']);
    expect((await writer.write(request)).state).toBe('written');
    expect(readdirSync(root)).toEqual(['x.h5']);
  });

  it.each<[string, Partial<WriteRequest>, string]>([
    [
      'without channels',
      { data_api_request: '{"channels":[],"range":{"startPulseId":1,"endPulseId":2}}' },
      'is empty',
    ],
    [
      'whose query is no JSON',
      { data_api_request: '{"channels":' },
      'data_api_request is not JSON',
    ],
    ['without a query', { data_api_request: undefined }, 'data_api_request is missing'],
    ['without a range', { data_api_request: '{"channels":["A"]}' }, 'range is missing'],
  ])('leaves an error file, and says why, for a request %s', async (_case, fields, reason) => {
    const { api, root, writer } = await setUp([reply(A)]);
    const report = await writer.write({ ...writeRequest('run/x.h5', ['A']), ...fields });
    expect(report).toMatchObject({
      state: 'failed',
      attempts: 0,
      error_file: join(root, 'run/x.h5.err'),
      failure: { code: 'invalid_request', message: expect.stringContaining(reason) },
    });
    expect(readdirSync(join(root, 'run'))).toEqual(['x.h5.err']);
    expect(log.events.at(-1)).toMatchObject({
      level: 'error',
      error: expect.stringContaining(reason),
    });
    expect(api.queries).toEqual([]);
  });

  it.each<[string, Partial<WriteRequest>]>([
    ['parameters that are no JSON', { parameters: '{"output_file": "x.h5"' }],
    ['no parameters', { parameters: undefined }],
    ['an output file outside the roots', writeRequest('/etc/x.h5', ['A'])],
  ])('leaves a request with %s in the state folder', async (_case, fields) => {
    const { root, state, writer } = await setUp([reply(A)]);
    const { error_file: errorFile } = await writer.write({
      ...writeRequest('x.h5', ['A']),
      ...fields,
    });
    expect(errorFile).toBe(join(state, 'failed', readdirSync(join(state, 'failed'))[0]));
    expect(readdirSync(root)).toEqual([]);
  });

  it('fails the job whose thread dies twice, leaving nothing of it behind, and goes on', async () => {
    const api = await dataApi((response, { channels: [{ name }] }) => {
      if (name === 'DEADLY') response.write('[{"data":[');
      else response.end(replyOf(A));
    });
    const { root, state, writer } = writerFor(api.url, { retries: 0 }, dyingThread(thread.url));
    const report = await writer.write(writeRequest('deadly.h5', ['DEADLY']));
    expect(report).toMatchObject({
      state: 'failed',
      attempts: 2,
      failure: { code: 'thread_lost' },
    });
    expect(readdirSync(root)).toEqual(['deadly.h5.err']);
    expect(readdirSync(join(state, 'journal'))).toEqual([]);
    expect((await writer.write(writeRequest('x.h5', ['A']))).state).toBe('written');
  });

  it('writes requests for one file in their order, others meanwhile', async () => {
    const held: (() => void)[] = [];
    const { root, writer } = await setUp([
      (response) => void held.push(() => response.end(replyOf({ name: 'A', values: [1] }))),
      reply({ name: 'A', values: [2] }),
    ]);
    const older = writer.write(writeRequest('x.h5', ['A']));
    await until(() => held.length === 1);
    const newer = writer.write(writeRequest(join(root, './x.h5'), ['A']));
    expect((await writer.write(writeRequest('other.h5', ['A']))).state).toBe('written');
    expect(writer.heldRequests).toHaveLength(2);
    expect(existsSync(join(root, 'x.h5'))).toBe(false);
    held[0]();
    expect((await older).state).toBe('written');
    expect((await newer).state).toBe('written');
    expect(Array.from(readDataset(library, join(root, 'x.h5'), '/data/A/data'))).toEqual([2]);
    expect(writer.heldRequests).toEqual([]);
  });

  it('waits until the data may be asked for, and keeps nobody else waiting', async () => {
    const asked: number[] = [];
    const { writer } = await setUp(
      [(response) => (asked.push(Date.now()), response.end(replyOf(A)))],
      {
        data_retrieval_delay: 1,
        concurrency: 1,
      },
    );
    const made = Date.now();
    const young = writer.write({ ...writeRequest('young.h5', ['A']), timestamp: made / 1000 });
    const old = writer.write(writeRequest('old.h5', ['A']));
    expect((await old).state).toBe('written');
    expect((await young).state).toBe('written');
    expect(asked[1] - made).toBeGreaterThanOrEqual(995);
  });

  it('lets a running job end at shutdown, and leaves the others as error files', async () => {
    const held: (() => void)[] = [];
    const { api, root, writer } = await setUp(
      [(response) => void held.push(() => response.end(replyOf(A)))],
      {
        concurrency: 1,
      },
    );
    const running = writer.write(writeRequest('running.h5', ['A']));
    const waiting = ['queued.h5', 'running.h5'].map((file) =>
      writer.write(writeRequest(file, ['A'])),
    );
    await until(() => held.length === 1);
    const shutDown = writer.shutDown(20);
    const late = writer.write(writeRequest('late.h5', ['A']));
    for (const report of await Promise.all([waiting[0], late])) {
      expect(report).toMatchObject({
        state: 'failed',
        attempts: 0,
        failure: { code: 'shut_down' },
      });
    }
    held[0]();
    expect((await running).state).toBe('written');
    expect((await waiting[1]).failure?.code).toBe('shut_down');
    await shutDown;
    expect(api.queries).toHaveLength(1);
    expect(readdirSync(root).sort()).toEqual([
      'late.h5.err',
      'queued.h5.err',
      'running.h5',
      'running.h5.err',
    ]);
  });

  it('ends what still runs after the grace, with an error file and nothing else', async () => {
    const { api, root, state, writer } = await setUp([
      (response) => void response.write('[{"data":['),
    ]);
    const running = writer.write(writeRequest('x.h5', ['A']));
    await until(() => api.queries.length === 1);
    const [temporary] = readdirSync(root);
    expect(temporary).toMatch(/^\.x\.h5\..*\.tmp$/);
    const [entry] = readdirSync(join(state, 'journal'));
    expect(readFileSync(join(state, 'journal', entry), 'utf8')).toContain(join(root, temporary));
    await writer.shutDown(0.05);
    expect(await running).toMatchObject({
      state: 'failed',
      attempts: 1,
      failure: { code: 'shut_down' },
    });
    expect(readdirSync(root)).toEqual(['x.h5.err']);
    expect(readdirSync(join(state, 'journal'))).toEqual([]);
  });

  it('does not wait for the next attempt at shutdown', async () => {
    const { api, writer } = await setUp([status(503)]);
    const failing = writer.write(writeRequest('x.h5', ['A']));
    await until(() => log.events.some(({ message }) => message === 'attempt failed'));
    await writer.shutDown(20);
    const { failure } = await failing;
    expect(failure?.code).toBe('http_status');
    expect(failure?.message).toContain('shut down');
    expect(api.queries).toHaveLength(1);
  });
});

/** The real thread, which ends in the middle of a job for a file of that name, as soon as it is being written. */
function dyingThread(real: URL): URL {
  const script = `
    import { readdirSync } from 'node:fs';
    import { workerData } from 'node:worker_threads';
    setInterval(() => {
      const files = readdirSync(workerData.outputRoots[0]);
      if (files.some((name) => name.startsWith('.deadly.h5.'))) process.exit(3);
    }, 5);
    await import(${JSON.stringify(real.href)});
  `;
  return new URL(`data:text/javascript,${encodeURIComponent(script)}`);
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { formatTrailLine } from '../../audit/trail-line.js';
import { Hdf5Library } from '../../hdf5/library/hdf5-library.js';
import { NexusEntry } from '../../hdf5/nexus/nexus-entry.js';
import { PulseAxes } from '../../hdf5/nexus/pulse-axis.js';
import { inspectFile, readDataset } from '../../hdf5/read/inspect.js';
import { parseWriteRequest } from '../../request/parse-write-request.js';
import type { WriteRequest } from '../../request/write-request.js';
import {
  type Answer,
  dataApis,
  replyOf,
  reply,
  reset,
  status,
  text,
  truncated,
} from '../data-api.fixture.js';
import type { Partnership } from '../../hdf5/handed/partnership.js';
import { newBuffers } from '../../hdf5/handed/shared-buffers.js';
import { ShutDown } from '../errors.js';
import { partners } from '../threads/partners.fixture.js';
import { temporaryFolders } from '../temporary-folder.fixture.js';
import { writeRequest } from '../write-request.fixture.js';
import { failedName } from '../error-files/failed-folder.js';
import { JobTools } from './job-tools.js';
import type { Job, JobOptions, JobProgress } from './job.js';
import { runJob } from './run-job.js';

const WITH_PARTNER = 'with a partner';
const A = { name: 'A', values: [1.5, 2.5] };
const B = { name: 'B', type: 'int16', values: [1, 2, 3] };

interface RunOptions {
  readonly signal?: AbortSignal;
  readonly tell?: (progress: JobProgress) => void;
}

describe.each(['in one thread', WITH_PARTNER])('runJob %s', (way) => {
  const { partnership } = partners();
  let ofTwo: Partnership | undefined;
  const folder = temporaryFolders();
  const dataApi = dataApis();
  let library: Hdf5Library;
  beforeAll(async () => {
    library = await Hdf5Library.load();
  });

  async function setUp(...answers: Answer[]) {
    const [root, state] = [folder(), folder()];
    const api = await dataApi(...answers);
    // Of such buffers hardly a file fits into the first.
    if (way === WITH_PARTNER && (ofTwo === undefined || ofTwo.needsFreshThread)) {
      ofTwo = partnership(newBuffers(2, 256));
      await ofTwo.want();
    }
    const run = (
      request: WriteRequest,
      {
        signal = new AbortController().signal,
        lateData,
        tell,
        ...more
      }: Partial<JobOptions> & Pick<Job, 'lateData'> & RunOptions = {},
    ) =>
      runJob(
        {
          attemptId: 'attempt-1',
          request: parseWriteRequest(request),
          leftAs: failedName(request),
          lateData,
        },
        new JobTools(
          {
            dataApiUrl: api.url,
            outputRoots: [root],
            stateDirectory: state,
            errorIfNoData: false,
            ...more,
          },
          library,
          ofTwo,
        ),
        signal,
        tell,
      );
    const leftovers = () => [
      ...(readdirSync(root, { recursive: true }) as string[]).filter((name) =>
        /\.(tmp|spool|rows)$/.test(name),
      ),
      ...readdirSync(join(state, 'journal'), { recursive: true }),
    ];
    return { root, state, api, run, leftovers };
  }

  const attributesOf = (path: string, group = '/') =>
    inspectFile(library, path).groups.find((entry) => entry.path === group)?.attributes;

  it('writes what the data buffer has, in a folder that it makes, and removes stale error files', async () => {
    const { root, state, api, run, leftovers } = await setUp(reply(A, B));
    const path = join(root, 'raw/run_1/x.h5');
    mkdirSync(join(root, 'raw/run_1'), { recursive: true });
    writeFileSync(`${path}.err`, 'failed before');
    const request = writeRequest('raw/run_1/x.h5', ['A', 'B']);
    mkdirSync(join(state, 'failed'));
    writeFileSync(join(state, 'failed', failedName(request)), 'failed before');

    const outcome = await run(request);
    expect(outcome).toMatchObject({ state: 'written', outputFile: path, rows: 5, warnings: [] });
    expect(outcome.bytes).toBe(replyOf(A, B).length);
    expect(Array.from(readDataset(library, path, '/data/A/data'))).toEqual([1.5, 2.5]);
    expect(Array.from(readDataset(library, path, '/data/B/data'))).toEqual([1, 2, 3]);
    expect(Array.from(readDataset(library, path, '/general/user'))).toEqual(['p12345']);
    expect(attributesOf(path)).toMatchObject({
      request_id: request.request_id,
      request_timestamp: 1528459491.5,
    });
    expect(readdirSync(join(root, 'raw/run_1'))).toEqual(['x.h5']);
    expect(readdirSync(join(state, 'failed'))).toEqual([]);
    expect(leftovers()).toEqual([]);
    expect(api.queries).toEqual([JSON.parse(request.data_api_request)]);
  });

  it('has viewers plot the file when told, and says what wrote it', async () => {
    const { root, run } = await setUp(reply(A, B));
    const request = writeRequest('x.h5', ['A', 'B']);
    await run(request, { plots: { creatorVersion: '1.2.3' } });
    const path = join(root, 'x.h5');
    expect(attributesOf(path)).toMatchObject({
      creator: 'sf-databuffer',
      creator_version: '1.2.3',
      layout_version: 1,
      request_id: request.request_id,
    });
    expect(attributesOf(path, '/entry')).toEqual({ NX_class: 'NXentry', default: 'A' });
    expect(readDataset(library, path, '/entry/title')).toEqual(['x.h5']);
    expect(readDataset(library, path, '/entry/entry_identifier')).toEqual([request.request_id]);
  });

  // Made to fail in this thread.
  it.skipIf(way === WITH_PARTNER).each(['while HDF5 has the file', 'behind what HDF5 wrote'])(
    'writes the file without plots where these fail %s',
    async (where) => {
      const { root, api, run, leftovers } = await setUp(reply(A, B));
      const fails = () => {
        throw new RangeError('not foreseen');
      };
      const failing = where.startsWith('while')
        ? vi.spyOn(PulseAxes.prototype, 'write').mockImplementationOnce(fails)
        : vi.spyOn(NexusEntry.prototype, 'write').mockImplementationOnce(fails);
      const outcome = await run(writeRequest('x.h5', ['A', 'B']), {
        plots: { creatorVersion: '1.2.3' },
      });
      failing.mockRestore();
      const path = join(root, 'x.h5');
      expect(outcome).toMatchObject({
        state: 'written',
        rows: 5,
        warnings: [
          `${path}: the plots could not be made: not foreseen; the file is written without them`,
        ],
      });
      expect(Array.from(readDataset(library, path, '/data/B/data'))).toEqual([1, 2, 3]);
      expect(attributesOf(path, '/entry')).toBeUndefined();
      expect(api.queries).toHaveLength(2);
      expect(leftovers()).toEqual([]);
    },
  );

  it('writes the extended format when told', async () => {
    const { root, run } = await setUp(reply(A, { name: 'B', values: [7], pulseIds: [2] }));
    await run(writeRequest('x.h5', ['A', 'B'], { output_file_format: null }));
    const present = readDataset(library, join(root, 'x.h5'), '/data/B/is_data_present');
    expect(Array.from(present, Number)).toEqual([0, 1]);
  });

  it('puts channels at the root of the file when told, and nothing beside them', async () => {
    const { root, run } = await setUp(reply(A, B));
    const request: WriteRequest = { ...writeRequest('x.h5', ['A', 'B', 'C']), layout: 'root' };
    await run(request, { plots: { creatorVersion: '1.2.3' } });
    const path = join(root, 'x.h5');
    const { groups } = inspectFile(library, path);
    expect(groups.map((group) => group.path)).toEqual(['/', '/A', '/B']);
    expect(groups[0].attributes).toMatchObject({
      layout: 'root',
      user: 'p12345',
      creator_version: '1.2.3',
      request_id: request.request_id,
      missing_channels: ['C'],
    });
    expect(Array.from(readDataset(library, path, '/A/data'))).toEqual([1.5, 2.5]);
  });

  it('goes through all the motions for /dev/null', async () => {
    const { root, api, run } = await setUp(reply(A));
    expect(await run(writeRequest('/dev/null', ['A']))).toMatchObject({
      state: 'skipped',
      outputFile: '/dev/null',
      rows: 2,
    });
    expect(api.queries).toHaveLength(1);
    expect(readdirSync(root)).toEqual([]);
  });

  it('writes the channels that it can, and names the others', async () => {
    const { root, run } = await setUp(
      reply(A, { name: 'ODD', type: 'complex', values: [1] }, { name: 'EXTRA', values: [9] }),
    );
    const request = writeRequest('x.h5', ['A', 'ODD', 'GONE', 'bad/name']);
    const outcome = await run(request);
    const failures = outcome.channels.flatMap(({ name, failure }) =>
      failure ? [[name, failure.code]] : [],
    );
    expect(outcome.state).toBe('written');
    expect(failures).toEqual([
      ['ODD', expect.any(String)],
      ['GONE', 'missing'],
      ['bad/name', 'channel_name'],
    ]);
    expect(outcome.notRequested).toEqual(['EXTRA']);
    const path = join(root, 'x.h5');
    expect(attributesOf(path)).toMatchObject({
      missing_channels: ['GONE'],
      failed_channels: ['ODD', 'bad/name'],
      failed_channels_reasons: [expect.any(String), expect.stringContaining("contains '/'")],
    });
    const groups = inspectFile(library, path).groups.map(({ path }) => path);
    expect(groups.filter((path) => path.startsWith('/data/'))).toEqual(['/data/A', '/data/EXTRA']);
  });

  it('counts values that do not fit, in the report and at the channel', async () => {
    const { root, run } = await setUp(
      reply({ name: 'A', type: 'int16', values: [1, 70000, null] }),
    );
    const { channels } = await run(writeRequest('x.h5', ['A']));
    expect(channels[0].rows).toBe(3);
    const { problems } = attributesOf(join(root, 'x.h5'), '/data/A')!;
    expect(problems).toHaveLength(channels[0].problems.length);
    expect((problems as string[]).join()).toContain('70000');
  });

  it('makes a file of channels without data, unless that is to be an error', async () => {
    const { root, run } = await setUp(reply({ name: 'A', values: [] }));
    expect((await run(writeRequest('x.h5', ['A']))).state).toBe('written');
    expect(existsSync(join(root, 'x.h5'))).toBe(true);
    const strict = await run(writeRequest('y.h5', ['A']), { errorIfNoData: true });
    expect(strict.failure).toMatchObject({ code: 'channel_without_data', kind: 'permanent' });
    expect(strict.failure?.message).toContain('"A"');
    expect(existsSync(join(root, 'y.h5'))).toBe(false);
  });

  it('takes a missing channel for one without data, when that is to be an error', async () => {
    const { run } = await setUp(reply(A));
    const request = writeRequest('x.h5', ['A', 'GONE', 'no/name']);
    const { failure } = await run(request, { errorIfNoData: true });
    expect(failure?.message).toContain('"GONE" (missing)');
    expect(failure?.message).toContain('"no/name" (channel_name)');
  });

  it.each<[string, Answer, string, string]>([
    ['an empty list', text('[]'), 'empty_reply', 'permanent'],
    ['an error object', text('{"status":400,"message":"no"}'), 'server_error', 'permanent'],
    ['no JSON', text('<html>'), 'malformed_reply', 'permanent'],
    ['HTTP 404', status(404, 'what?'), 'http_status', 'permanent'],
    ['HTTP 503', status(503), 'http_status', 'transient'],
    ['a reset', reset, 'connection_failed', 'transient'],
    ['half a reply', truncated(A, B), 'truncated_reply', 'transient'],
    [
      'no channel that can be stored',
      reply({ ...A, type: 'complex' }),
      'no_channel_stored',
      'permanent',
    ],
  ])('leaves an existing file as it is after %s', async (_case, answer, code, kind) => {
    const { root, run, leftovers } = await setUp(answer);
    writeFileSync(join(root, 'x.h5'), 'of yesterday');
    const outcome = await run(writeRequest('x.h5', ['A', 'B']));
    expect(outcome).toMatchObject({ state: 'failed', failure: { code, kind } });
    expect(outcome.needsFreshThread).toBe(false);
    expect(readFileSync(join(root, 'x.h5'), 'utf8')).toBe('of yesterday');
    expect(leftovers()).toEqual([]);
  });

  it('puts the pieces of a channel together, wherever they come', async () => {
    const { root, run, leftovers } = await setUp(
      reply(A, B, { ...A, values: [3], pulseIds: [3] }, { ...A, values: [] }),
    );
    const outcome = await run(writeRequest('x.h5', ['A', 'B']));
    expect(outcome).toMatchObject({ state: 'written', rows: 6, warnings: [] });
    expect(outcome.channels).toMatchObject([
      { name: 'A', rows: 3, first_pulse_id: 1, last_pulse_id: 3 },
      { name: 'B', rows: 3 },
    ]);
    expect(outcome.channels.map(({ failure }) => failure)).toEqual([undefined, undefined]);
    const path = join(root, 'x.h5');
    expect(Array.from(readDataset(library, path, '/data/A/data'))).toEqual([1.5, 2.5, 3]);
    expect(Array.from(readDataset(library, path, '/data/A/pulse_id'))).toEqual([1n, 2n, 3n]);
    expect(Array.from(readDataset(library, path, '/data/B/data'))).toEqual([1, 2, 3]);
    expect(leftovers()).toEqual([]);
  });

  it('counts values of a later piece that have another shape than those before', async () => {
    const piece = (pulseId: number, value: readonly number[]) => ({
      data: [{ pulseId, value, globalDate: '' }],
      configs: [{ type: 'float64', shape: [3] }],
      channel: { name: 'A', backend: 'sf-databuffer' },
    });
    const answer = JSON.stringify([piece(1, [1, 2]), piece(2, [3, 4, 5])]);
    const { root, run } = await setUp(text(answer));
    const outcome = await run(writeRequest('x.h5', ['A']));
    expect(outcome).toMatchObject({
      state: 'written',
      rows: 2,
      channels: [{ name: 'A', rows: 2 }],
    });
    const [{ failure, problems }] = outcome.channels;
    expect(failure).toBeUndefined();
    expect(problems).toContainEqual(expect.objectContaining({ code: 'wrong_length', count: 1 }));
    const path = join(root, 'x.h5');
    expect(Array.from(readDataset(library, path, '/data/A/data'))).toEqual([1, 2, 0, 0]);
    expect(Array.from(readDataset(library, path, '/data/A/is_data_present'))).toEqual([1, 0]);
  });

  it('keeps the first pieces of a channel that comes again as another, and says so', async () => {
    const { root, run } = await setUp(reply(A, B, { ...A, type: 'int8', values: [3] }));
    const outcome = await run(writeRequest('x.h5', ['A', 'B']));
    const message = 'it came before as float64 [1], and comes again as int8 [1]';
    expect(outcome).toMatchObject({
      state: 'written',
      rows: 5,
      channels: [
        { name: 'A', rows: 2, failure: { code: 'repeated_channel', message } },
        { name: 'B' },
      ],
    });
    const path = join(root, 'x.h5');
    expect(Array.from(readDataset(library, path, '/data/A/data'))).toEqual([1.5, 2.5]);
    expect(attributesOf(path)).toMatchObject({
      failed_channels: ['A'],
      failed_channels_reasons: [`repeated_channel: ${message}`],
    });
    const alone = await run(writeRequest('y.h5', ['A']));
    expect(alone).toMatchObject({ state: 'written', rows: 5 });
  });

  it.each([
    ['an empty list', text('[]')],
    ['channels without a row', reply({ name: 'A', values: [] })],
  ])('takes %s for data that is not there yet, as long as that may be', async (_case, answer) => {
    const { root, run } = await setUp(answer);
    const { failure } = await run(writeRequest('x.h5', ['A']), {
      lateData: { until: Infinity, atLeastOnce: true },
    });
    expect(failure).toMatchObject({ code: 'no_data_yet', kind: 'awaiting data' });
    expect(readdirSync(root)).toEqual([]);
  });

  it('tells how far it is from the first byte on, and what is missing of a channel', async () => {
    const { run } = await setUp(reply({ ...A, values: [1, 2, 3, 4], pulseIds: [1, 3, 5, 9] }));
    const progress: JobProgress[] = [];
    const outcome = await run(writeRequest('x.h5', ['A']), { tell: (each) => progress.push(each) });
    expect(outcome.channels[0].missing_pulses).toBe(1);
    expect(progress).toHaveLength(1);
    expect(progress[0].bytes).toBeGreaterThan(0);
  });

  // A partner tells less often.
  it.skipIf(way === WITH_PARTNER)(
    'tells that it goes on when all bytes have come, and its rows are put together',
    async () => {
      const values = Array.from({ length: 300 }, () => Array.from({ length: 1000 }, () => 1.5));
      const channels = ['A', 'B'].map((name) => ({ name, shape: [1000], values }));
      const { run } = await setUp(reply(...channels));
      let now = 0;
      const clock = vi.spyOn(performance, 'now').mockImplementation(() => (now += 1001));
      const progress: JobProgress[] = [];
      const request = writeRequest('x.h5', ['A', 'B'], { output_file_format: 'extended' });
      const outcome = await run(request, { tell: (each) => progress.push(each) });
      clock.mockRestore();
      expect(outcome).toMatchObject({ state: 'written', rows: 600 });
      const all = progress.filter(({ bytes }) => bytes === outcome.bytes);
      const sizes = all.map(({ fileBytes }) => fileBytes);
      expect(new Set(sizes).size).toBeGreaterThan(2);
      expect(sizes.at(-1)).toBeGreaterThan(4_800_000);
      // Half of the file is there, and its rows still wait.
      expect(Math.max(...sizes)).toBeGreaterThan(1.3 * sizes.at(-1)!);
      expect(progress.at(-1)).toMatchObject({ rows: 600 });
    },
  );

  it.each([
    ['outside the roots', '/etc/x.h5', 'output_file_refused'],
    ['through a link that leads out', 'out/x.h5', 'output_file_refused'],
    ['below a file', 'file/x.h5', 'output_file_refused'],
    ['that is a folder', 'folder', 'output_file_refused'],
  ])('refuses an output file %s without asking for data', async (_case, outputFile, code) => {
    const { root, api, run } = await setUp(reply(A));
    symlinkSync(folder(), join(root, 'out'));
    writeFileSync(join(root, 'file'), '');
    mkdirSync(join(root, 'folder'));
    const { failure } = await run(writeRequest(outputFile, ['A']));
    expect(failure).toMatchObject({ code, kind: 'permanent' });
    expect(api.queries).toEqual([]);
  });

  it('says so when its folder is gone midway, and leaves nothing', async () => {
    const { root, run, leftovers } = await setUp((response, query) => {
      rmSync(join(root, 'run'), { recursive: true });
      reply(A)(response, query);
    });
    const { failure } = await run(writeRequest('run/x.h5', ['A']));
    expect(failure).toMatchObject({ code: 'folder_moved', kind: 'transient' });
    expect(failure?.message).toContain(`${join(root, 'run/x.h5')} could not be completed`);
    expect(leftovers()).toEqual([]);
    expect(readdirSync(root)).toEqual([]);
  });

  it('says so when a tidy-up job removes its temporary file, and leaves nothing', async () => {
    const { root, run, leftovers } = await setUp((response, query) => {
      for (const name of readdirSync(root)) rmSync(join(root, name));
      reply(A)(response, query);
    });
    const { failure } = await run(writeRequest('x.h5', ['A']));
    expect(failure).toMatchObject({ code: 'temporary_file_gone', kind: 'transient' });
    expect(failure?.message).toMatch(/something removed its temporary file.*tidy-up jobs/);
    expect(leftovers()).toEqual([]);
  });

  it('writes the file where the journal can’t be kept, and says so', async () => {
    const { root, state, run } = await setUp(reply(A));
    writeFileSync(join(state, 'journal'), 'no folder');
    expect(await run(writeRequest('x.h5', ['A']))).toMatchObject({
      state: 'written',
      warnings: [expect.stringContaining("can't enter a file into the journal")],
    });
    expect(readdirSync(root)).toEqual(['x.h5']);
  });

  it('names files by their path, whatever the system calls them', async () => {
    const { root, run } = await setUp(reply(A));
    const outcome = await run(writeRequest('x.h5', ['A'], { output_file_format: null }), {
      memoryBudget: 1,
    });
    expect(JSON.stringify(outcome)).not.toContain('/proc/');
    expect(outcome.outputFile).toBe(join(root, 'x.h5'));
  });

  it('leaves the error file of a newer request alone', async () => {
    const { root, run } = await setUp(reply(A));
    const request = writeRequest('x.h5', ['A'], {});
    const newer = { ...request, request_id: 'newer', trail_id: 't', sequence: 8 };
    const line = `${formatTrailLine(newer)}\n`;
    writeFileSync(join(root, 'x.h5.err'), line);
    await run({ ...request, trail_id: 't', sequence: 7 });
    expect(readFileSync(join(root, 'x.h5.err'), 'utf8')).toBe(line);
    await run({ ...request, trail_id: 't', sequence: 9 });
    expect(readdirSync(root)).toEqual(['x.h5']);
  });

  it.skipIf(process.platform !== 'linux')(
    'says so where no file can be made, and needs no fresh thread for that',
    async () => {
      const { run } = await setUp(reply(A));
      const outcome = await run(writeRequest('/sys/x.h5', ['A']), { outputRoots: ['/sys'] });
      expect(outcome).toMatchObject({
        failure: {
          code: 'not_writable',
          kind: 'permanent',
          message: expect.stringMatching(
            /^can't open \/sys\/\.x\.h5\..*: permission denied: give the writer's user access/,
          ),
        },
        needsFreshThread: false,
      });
    },
  );

  it('ends early when told, and leaves nothing', async () => {
    const abort = new AbortController();
    const { run, root, leftovers } = await setUp((response) => {
      response.write(replyOf(A).slice(0, 40));
      setImmediate(() => abort.abort(new ShutDown('before the file was complete')));
    });
    const outcome = await run(writeRequest('x.h5', ['A']), { signal: abort.signal });
    expect(outcome.failure).toMatchObject({ code: 'shut_down', kind: 'permanent' });
    expect(readdirSync(root)).toEqual([]);
    expect(leftovers()).toEqual([]);
  });
});

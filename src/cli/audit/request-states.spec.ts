import { mkdirSync, mkdtempSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { formatTrailLine } from '../../audit/trail-line.js';
import { Hdf5File } from '../../hdf5/hdf5-file.js';
import { Hdf5Library } from '../../hdf5/library/hdf5-library.js';
import { FileReader } from '../../hdf5/read/thread/file-reader.js';
import { GENERAL, type TestRow, blockOf } from '../../hdf5/row-blocks.fixture.js';
import { HAS_H5PY, askH5py } from '../../hdf5/python.fixture.js';
import type { Attributes } from '../../hdf5/library/attributes.js';
import { requestKey } from '../../request/request-key.js';
import type { WriteRequest } from '../../request/write-request.js';
import { leftBehind } from './left-behind.js';
import { recordedRequests } from './recorded-requests.js';
import { requestStates } from './request-states.js';
import { selectRequests } from './select-requests.js';
import { textOf } from './status.js';

const ROWS: readonly TestRow[] = [{ pulseId: 1, value: [1], date: 'today' }];
const MADE = 1_529_914_272;

const reader = new FileReader();
afterAll(() => reader.close());

let library: Hdf5Library;
let folder: string;
let trail: string;

beforeAll(async () => {
  library = await Hdf5Library.load();
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'states-'));
  trail = join(folder, 'audit.log');
});

afterEach(() => rmSync(folder, { recursive: true }));

/** A request as the Python implementation makes it, or with an id as this one does. */
function request(output_file: string, timestamp = MADE, id?: string): WriteRequest {
  const parameters = JSON.stringify({ output_file });
  return { data_api_request: '{}', parameters, timestamp, ...(id && { request_id: id }) };
}

function record(...requests: WriteRequest[]): void {
  writeFileSync(trail, requests.map((each) => `${formatTrailLine(each)}\n`).join(''));
}

function writeFile(
  name: string,
  attributes: Attributes = {},
  modified = Date.now() / 1000,
  rows = ROWS,
) {
  const path = join(folder, name);
  const options = { path, general: GENERAL, format: 'compact' } as const;
  const file = Hdf5File.create(library, options);
  const channel = file.openChannel({ name: 'A', type: 'float64', shape: [1] });
  channel.append(blockOf('float64', [1], rows));
  channel.close();
  file.finish(attributes);
  utimesSync(path, modified, modified);
  return path;
}

function fail(each: WriteRequest): void {
  const { output_file } = JSON.parse(each.parameters) as { output_file: string };
  writeFileSync(`${join(folder, output_file)}.err`, `${formatTrailLine(each)}\n`);
}

async function states(...files: string[]): Promise<string[]> {
  const named = files.length > 0 ? files : [trail];
  const requests = await recordedRequests(named, () => undefined);
  const left = await leftBehind(named, join(folder, 'state'), () => undefined);
  const found = await requestStates(requests, [folder], left, reader);
  return found.map(({ state, reason }) => (reason === undefined ? state : `${state}: ${reason}`));
}

it('finds the file, the error file, or neither', async () => {
  record(
    request('a.h5', MADE, 'a'),
    request('b.h5', MADE, 'b'),
    request('c.h5', MADE, 'c'),
    request('/dev/null', MADE, 'd'),
  );
  writeFile('a.h5', { request_id: 'a', request_timestamp: MADE });
  fail(request('b.h5', MADE, 'b'));
  expect(await states()).toEqual(['complete', 'failed', 'lost: there is no file', 'skipped']);
});

it('takes what was recorded behind a line without a sequence for newer, whatever its time', async () => {
  const place = { trail_id: 'trail', sequence: (MADE + 3600) * 1000 + 1 };
  record(request('a.h5', MADE + 3600, 'old'), { ...request('a.h5', MADE, 'new'), ...place });
  writeFile('a.h5', { request_id: 'new', request_timestamp: MADE });
  expect(await states()).toEqual(['superseded', 'complete']);
});

it('says how many channels a file lacks', async () => {
  record(request('a.h5', MADE, 'a'), request('b.h5', MADE, 'b'), request('c.h5', MADE, 'c'));
  writeFile('a.h5', { request_id: 'a', missing_channels: ['X'] });
  const many = [...Array.from({ length: 1000 }, String), '… and 7 more'];
  writeFile('b.h5', { request_id: 'b', short_channels: ['X', 'Y'], failed_channels: many });
  writeFile('c.h5', { request_id: 'c' });
  const note = { request_id: 'c', state: 'written', channels_asked: 3, channels_with_problems: 1 };
  writeFileSync(`${trail}.outcomes`, `${JSON.stringify({ ...note, detail: {} })}\n`);
  const requests = await recordedRequests([trail], () => undefined);
  const left = await leftBehind([trail], join(folder, 'state'), () => undefined);
  const found = await requestStates(requests, [folder], left, reader);
  expect(found.map((state) => textOf(state).split('  ')[0].trim())).toEqual([
    'complete, 1 channel missing',
    'complete, 1007 channels failed, 2 channels short',
    'complete',
  ]);
  expect(found[2].counts).toMatchObject({ ...counted(note), channels_missing: 0 });
  expect(found.map(({ state }) => state)).toEqual(['complete', 'complete', 'complete']);
});

it('tells what the broker tries again by itself, and what was cancelled', async () => {
  const ids = ['heals', 'again', 'over', 'given-up', 'left'];
  record(...ids.map((id) => request(`${id}.h5`, MADE, id)));
  const settled = (request_id: string, more: object) =>
    `${JSON.stringify({ request_id, attempt: 1, ...more }).slice(0, -1)},"detail":{"history":[]}}`;
  const failure = { code: 'unreachable', message: 'connection refused' };
  const failed = { state: 'failed', failure, next_attempt: MADE + 60, failures: 1 };
  const cancelled = { state: 'recorded', cancelled: true };
  const full = { code: 'disk_full', message: 'no room is left' };
  const note = { attempt: 2, time: MADE, failures: 2 };
  const lines = [
    ...['heals', 'again', 'over', 'given-up'].map((id) => settled(id, failed)),
    JSON.stringify({ healing: 'again', ...note, next_attempt: MADE + 180, failure: full }),
    JSON.stringify({ healing: 'over', ...note, next_attempt: MADE + 180, failure: full }),
    JSON.stringify({ healing: 'over', ...note }),
    settled('given-up', cancelled),
    settled('left', cancelled),
  ];
  writeFileSync(`${trail}.outcomes`, `${lines.join('\n')}\n`);
  fail(request('left.h5', MADE, 'left'));
  const requests = await recordedRequests([trail], () => undefined);
  const left = await leftBehind([trail], join(folder, 'state'), () => undefined);
  const found = await requestStates(requests, [folder], left, reader);
  const why = 'connection refused [unreachable]';
  expect(found).toMatchObject([
    { state: 'failed', nextAttempt: MADE + 60, reason: why },
    { state: 'failed', nextAttempt: MADE + 180, reason: 'no room is left [disk_full]' },
    { state: 'failed', nextAttempt: undefined, reason: why },
    { state: 'cancelled', errorFile: undefined },
    { state: 'cancelled', errorFile: join(folder, 'left.h5.err') },
  ]);
  expect(textOf(found[0])).toMatch(/^failed, tried again at \d{8}-\d{6} {2}/);
  expect(textOf(found[3])).toMatch(/^cancelled /);
});

function counted({ channels_asked, channels_with_problems }: Record<string, unknown>) {
  return { channels_asked, channels_with_problems };
}

it('goes by the order of the trail, not by the clock of the day', async () => {
  const at = (id: string, timestamp: number, sequence: number, trail_id = 'trail') => ({
    ...request(`${id[0]}.h5`, timestamp, id),
    trail_id,
    sequence,
  });
  // The clock was an hour ahead, and then put right.
  const [a1, a2] = [at('a1', MADE + 3600, 1_000), at('a2', MADE, 1_001)];
  const [b1, c1] = [at('b1', MADE, 1_002), at('c1', MADE, 1_003)];
  record(a1, a2, b1, c1);
  const place = { trail_id: 'trail', request_sequence: 1_000n };
  writeFile('a.h5', { request_id: 'a1', request_timestamp: a1.timestamp, ...place });
  writeFile('b.h5', { request_id: 'b0', request_timestamp: 1e300 });
  fail(at('c0', MADE + 3600, 2_000, 'other'));
  expect(await states()).toEqual([
    'complete',
    'lost: the file is of an earlier request',
    'lost: the file is of an earlier request',
    'lost: there is no file',
  ]);
  rmSync(join(folder, 'b.h5'));
  writeFile('b.h5', { request_id: 'b2', trail_id: 'trail', request_sequence: 1_010n });
  rmSync(join(folder, 'a.h5'));
  const recorded = await recordedRequests([trail], () => undefined);
  const left = await leftBehind([trail], join(folder, 'state'), () => undefined);
  const found = await requestStates(recorded, [folder], left, reader);
  expect(found.map(({ state }) => state)).toEqual(['superseded', 'lost', 'superseded', 'lost']);
  const all = { states: ['lost' as const], includes: () => true };
  expect(selectRequests(found, all).map((each) => each.request.id)).toEqual(['a2', 'c1']);
});

it('knows files and error files of the Python implementation', async () => {
  record(
    request('a.h5', MADE),
    request('a.h5', MADE + 100),
    request('a.h5', MADE + 200),
    request('b.h5', MADE),
  );
  writeFile('a.h5', {}, MADE + 110);
  fail(request('b.h5', MADE));
  expect(await states()).toEqual([
    'superseded',
    'failed',
    'complete',
    'lost: the file is of an earlier request',
  ]);
  fail(request('a.h5', MADE + 200));
  expect((await states()).at(-1)).toBe('failed');
});

it('takes no file for that of another request', async () => {
  record(request('a.h5', MADE, 'a'), request('b.h5', MADE, 'b'));
  writeFile('a.h5', { request_id: 'x', request_timestamp: MADE + 1 });
  writeFile('b.h5', { request_id: 'y', request_timestamp: MADE - 1 });
  fail(request('b.h5', MADE - 2, 'z'));
  expect(await states()).toEqual(['superseded', 'lost: the file is of an earlier request']);
});

it('has a request written twice by one that acquired it again', async () => {
  record(request('a.h5', MADE), { ...request('a.h5', MADE + 5, 'n'), replay_of: 'a' });
  writeFile('a.h5', { request_id: 'n', request_timestamp: MADE + 5 });
  expect(await states()).toEqual(['superseded', 'complete']);
  rmSync(join(folder, 'a.h5'));
  writeFile('a.h5', {
    request_id: 'n',
    request_timestamp: MADE + 5,
    replay_of: requestKey(request('a.h5', MADE)),
  });
  expect(await states()).toEqual(['complete', 'complete']);
});

it('knows a file of a request without id that this implementation wrote', async () => {
  record(request('a.h5', MADE + 0.5));
  writeFile('a.h5', { request_timestamp: MADE + 0.5 });
  expect(await states()).toEqual(['complete']);
});

it('does not take for complete what does not open', async () => {
  record(request('a.h5'), request('b.h5'), request('c.h5'), request(''));
  truncateSync(writeFile('a.h5'), 1000);
  writeFileSync(join(folder, 'b.h5'), 'noise');
  mkdirSync(join(folder, 'c.h5'));
  expect(await states()).toEqual([
    expect.stringMatching(/^lost: damaged: .*truncated file/),
    expect.stringMatching(/^lost: damaged: .*file signature not found/),
    'lost: it is not a regular file',
    'lost: it names no output file',
  ]);
});

it('tells a file without any row from one that has some', async () => {
  record(request('a.h5', MADE, 'a'), request('b.h5', MADE, 'b'));
  writeFile('a.h5', { request_id: 'a' }, MADE, []);
  writeFile('b.h5', { request_id: 'b' }, MADE);
  expect(await states()).toEqual(['empty', 'complete']);
});

it('has a replay done by the file of what it acquires again', async () => {
  record(request('a.h5', MADE, 'a'), { ...request('a.h5', MADE + 5, 'n'), replay_of: 'a' });
  writeFile('a.h5', { request_id: 'a', request_timestamp: MADE });
  expect(await states()).toEqual(['complete', 'complete']);
});

it('believes an error file beside a file that does not say whose it is, whatever times say', async () => {
  record(request('a.h5', MADE), request('b.h5', MADE, 'b'), request('c.h5', MADE, 'c'));
  writeFile('a.h5', {}, MADE + 10);
  fail(request('a.h5', MADE));
  // The Python implementation's writers get no id, and leave none.
  writeFile('b.h5', {}, MADE + 10);
  fail(request('b.h5', MADE));
  writeFile('c.h5', { request_id: 'c', request_timestamp: MADE }, MADE + 10);
  fail(request('c.h5', MADE));
  expect(await states()).toEqual(['failed', 'failed', 'complete']);
});

it.skipIf(!HAS_H5PY)('looks into files of the Python implementation', async () => {
  record(...['torn', 'root', 'root-torn', 'good'].map((name) => request(`${name}.h5`, MADE)));
  askH5py(writeFile('none.h5'), [
    'def write(name, group, *datasets):',
    "    with h5py.File(sys.argv[1].replace('none', name), 'w') as f:",
    '        for each in datasets:',
    "            f[group + '/' + each] = np.arange(3, dtype='i8')",
    "write('torn', 'data/A', 'pulse_id')",
    "write('root', 'CAM:FPICTURE', 'pulse_id', 'timestamp', 'data')",
    "write('root-torn', 'CAM:FPICTURE', 'pulse_id')",
    "write('good', 'data/A', 'data', 'pulse_id', 'is_data_present', 'global_date')",
    "print('null')",
  ]);
  expect(await states()).toEqual([
    'lost: the file is not whole: A has no data, has no is_data_present, has no global_date',
    'complete',
    'lost: the file is not whole: CAM:FPICTURE has no data',
    'complete',
  ]);
  fail(request('torn.h5', MADE));
  expect((await states())[0]).toBe('failed');
});

it('finds what a writer left in its state folder, and what the user names', async () => {
  const [a, b, c] = [request('a.h5', MADE, 'a'), request('b.h5', MADE), request('c.h5', MADE)];
  record(a, b, c);
  const failed = join(folder, 'state/failed');
  mkdirSync(failed, { recursive: true });
  writeFileSync(join(failed, '20180625-101112-a.err'), `${formatTrailLine(a)}\n`);
  writeFileSync(join(folder, 'kept.err'), `${formatTrailLine(b)}\n`);
  expect(await states(trail, join(folder, 'kept.err'))).toEqual([
    'failed',
    'failed',
    'lost: there is no file',
  ]);
});

it('says what a broker noted, and takes none of its files for a trail', async () => {
  record(...['a', 'b', 'c', 'd', 'e'].map((id) => request(`${id}.h5`, MADE, id)));
  const settled = (request_id: string, state: string, failure?: object) =>
    JSON.stringify({ request_id, state, failure }).slice(0, -1) + ',"detail":{}}\n';
  const disk_full = { code: 'disk_full', message: 'no room' };
  writeFileSync(
    `${trail}.outcomes.1.gz`,
    gzipSync(settled('a', 'failed', disk_full) + settled('b', 'written')),
  );
  writeFileSync(
    `${trail}.outcomes`,
    `{"request_id":"c","sent":1}\n${settled('d', 'recorded')}{"request_id":"e","st`,
  );
  const expected = [
    'failed: no room [disk_full]',
    'lost: it was written, there is no file',
    'lost: sent to a writer, not settled so far, there is no file',
    'lost: only recorded, not sent, there is no file',
    'lost: there is no file',
  ];
  expect(await states()).toEqual(expected);
  writeFileSync(`${trail}.lock`, '{}');
  expect(
    await states(trail, `${trail}.outcomes`, `${trail}.outcomes.1.gz`, `${trail}.lock`),
  ).toEqual(expected);
});

it('has each request once, of torn and packed trails, in the order of their time', async () => {
  const [a, b] = [request('a.h5', MADE, 'a'), request('b.h5', MADE + 1)];
  const lines = [b, a].map(formatTrailLine);
  writeFileSync(`${trail}.1.gz`, gzipSync(`${lines.join('\n')}\n`));
  writeFileSync(trail, `${lines[0]}\n[20180625-101113] {"data_api_request": "{}", "par`);
  const damaged: string[] = [];
  const requests = await recordedRequests([trail, `${trail}.1.gz`], (text) => damaged.push(text));
  expect(requests.map(({ file, lineNumber, id }) => ({ file, lineNumber, id }))).toEqual([
    { file: `${trail}.1.gz`, lineNumber: 2, id: 'a' },
    { file: trail, lineNumber: 1, id: undefined },
  ]);
  expect(damaged).toEqual([expect.stringContaining(`${trail}: line 2 is not JSON`)]);
});

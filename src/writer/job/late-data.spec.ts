import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventFrame, headerFrame, timeOf } from '../../databuffer/binary/frames.fixture.js';
import { packedRun } from '../../hdf5/layout/packed-images.fixture.js';
import { Hdf5Library } from '../../hdf5/library/hdf5-library.js';
import { inspectFile, readDataset } from '../../hdf5/read/inspect.js';
import { parseWriteRequest } from '../../request/parse-write-request.js';
import { monotonicSeconds } from '../request-age.js';
import { temporaryFolders } from '../temporary-folder.fixture.js';
import { writeRequest } from '../write-request.fixture.js';
import { JobTools } from './job-tools.js';
import type { LateData } from './job.js';
import { runJob } from './run-job.js';

/** A channel of a buffer: one row in `step` pulses from 101 on, up to the end of each moment. */
interface Source {
  readonly name: string;
  readonly type?: string;
  readonly shape?: readonly number[];
  readonly step?: number;
  readonly first?: number;
  readonly value?: (pulseId: number) => unknown;
  /** Last pulse that is there as the first, second … question comes; the last one stays. */
  readonly ends: readonly number[];
}

interface Question {
  readonly channels: readonly string[];
  readonly start: number;
  readonly end: number;
}

const RANGE = { startPulseId: 101, endPulseId: 110 };
const IN_TIME: Pick<LateData, 'atLeastOnce'> = { atLeastOnce: true };
const IMAGE_BYTES = 4096;

describe('data that comes late', { timeout: 30_000 }, () => {
  const folder = temporaryFolders();
  const closing: (() => void)[] = [];
  let library: Hdf5Library;
  beforeAll(async () => {
    library = await Hdf5Library.load();
  });
  afterEach(() => {
    for (const close of closing.splice(0)) close();
  });

  /** @param odd what is answered to a question, by its number, in place of data */
  async function buffer(
    protocol: 'json' | 'binary',
    sources: readonly Source[],
    odd: Record<number, (response: ServerResponse) => void> = {},
  ) {
    const questions: Question[] = [];
    const answer = async (request: IncomingMessage, response: ServerResponse) => {
      const body = JSON.parse(await text(request)) as Body;
      if (request.url!.endsWith('/mapping')) {
        const [start, end] = [body.range.startPulseId, body.range.endPulseId].map((pulse) => ({
          globalSeconds: (Number(timeOf(pulse!)) / 1e9).toFixed(9),
        }));
        response.end(JSON.stringify([{ start, end }]));
        return;
      }
      const question = protocol === 'json' ? askedInJson(body) : askedInBinary(body);
      const number = questions.push(question) - 1;
      if (odd[number]) return odd[number](response);
      const channels = sources.filter(({ name }) => question.channels.includes(name));
      const rows = channels.map((source) => ({ source, pulses: there(source, question, number) }));
      response.end(protocol === 'json' ? jsonOf(rows) : binaryOf(rows));
    };
    const server = createServer((request, response) => void answer(request, response));
    closing.push(
      () => server.closeAllConnections(),
      () => void server.close(),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/query`;
    return { url, questions };
  }

  async function run(
    { url }: { url: string },
    channels: readonly string[],
    lateData: LateData | undefined,
    {
      protocol = 'json',
      extended = false,
    }: { protocol?: 'json' | 'binary'; extended?: boolean } = {},
  ) {
    const root = folder();
    const request = writeRequest('x.h5', channels, extended ? { output_file_format: null } : {});
    const query = { ...(JSON.parse(request.data_api_request) as object), range: RANGE };
    const outcome = await runJob(
      {
        attemptId: 'attempt-1',
        request: parseWriteRequest({ ...request, data_api_request: JSON.stringify(query) }),
        lateData,
      },
      new JobTools(
        {
          dataApiUrl: url,
          dataApiProtocol: protocol,
          outputRoots: [root],
          stateDirectory: folder(),
          errorIfNoData: false,
        },
        library,
      ),
      new AbortController().signal,
    );
    const path = join(root, 'x.h5');
    const pulses = (channel: string) =>
      Array.from(readDataset(library, path, `/data/${channel}/pulse_id`), Number);
    return { outcome, path, pulses };
  }

  const overAt = (seconds: number): LateData => ({
    ...IN_TIME,
    until: monotonicSeconds() + seconds,
  });
  const upTo = (last: number, first = 101, step = 1) =>
    Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, i) => first + i * step);

  const kinds: Source[] = [
    { name: 'A', type: 'float64', shape: [1], ends: [107, 108, 110] },
    { name: 'A', type: 'int16', shape: [3], value: (id) => [id, 1, 2], ends: [107, 110] },
    { name: 'A', type: 'string', shape: [1], value: (id) => `text ${id}`, ends: [103, 110] },
    { name: 'A', type: 'bool', shape: [1], value: (id) => id % 2 === 0, ends: [107, 110] },
  ];
  it.each(kinds.flatMap((kind) => [false, true].map((extended) => ({ ...kind, extended }))))(
    'is asked for again and joined: $type, extended format: $extended',
    async ({ extended, ...source }) => {
      const api = await buffer('json', [source, { name: 'B', ends: [110] }]);
      const { outcome, pulses, path } = await run(api, ['A', 'B'], overAt(20), { extended });
      expect(outcome).toMatchObject({ state: 'written', rows: 20, warnings: [] });
      expect(outcome.channels).toMatchObject([
        { name: 'A', rows: 10, first_pulse_id: 101, last_pulse_id: 110, missing_pulses: 0 },
        { name: 'B', rows: 10, missing_pulses: 0 },
      ]);
      expect(outcome.channels[0].short).toBeUndefined();
      expect(outcome.channels[0].problems).toEqual([]);
      expect(pulses('A')).toEqual(upTo(110));
      expect(api.questions.slice(0, 2)).toEqual([
        { channels: ['A', 'B'], start: 101, end: 110 },
        { channels: ['A'], start: source.ends[0] + 1, end: 110 },
      ]);
      expect(api.questions).toHaveLength(source.ends.length);
      const { value = (id: number) => id } = source;
      const expected = upTo(110).flatMap((id) => value(id));
      expect(Array.from(readDataset(library, path, '/data/A/data'), plain)).toEqual(
        expected.map(plain),
      );
    },
  );

  it.each([false, true])(
    'of a binary data API is joined, packed images as well; extended format: %s',
    async (extended) => {
      const sources: Source[] = [
        { name: 'A', type: 'int32', ends: [107, 110] },
        { name: 'C', type: 'uint8', shape: [64, 64], ends: [105, 110] },
        { name: 'S', type: 'string', value: (id) => `text ${id}`, ends: [110] },
      ];
      const api = await buffer('binary', sources);
      const options = { protocol: 'binary', extended } as const;
      const { outcome, pulses, path } = await run(api, ['A', 'C', 'S'], overAt(20), options);
      expect(outcome).toMatchObject({ state: 'written', rows: 30, warnings: [] });
      for (const name of ['A', 'C', 'S']) expect(pulses(name)).toEqual(upTo(110));
      expect(
        outcome.channels.map(({ missing_pulses, problems }) => [missing_pulses, problems]),
      ).toEqual([0, 0, 0].map((none) => [none, []]));
      const pixels = Array.from(readDataset(library, path, '/data/C/data'));
      expect(pixels.filter((_pixel, i) => i % IMAGE_BYTES === 0)).toEqual(
        upTo(110).map((id) => (id % 2) * 255),
      );
      expect(api.questions.slice(1)).toEqual([
        { channels: ['C'], start: 106, end: 110 },
        { channels: ['A'], start: 108, end: 110 },
      ]);
    },
  );

  it('is asked for once even if the time is up, and the file says what is missing', async () => {
    const api = await buffer('json', [
      { name: 'A', ends: [107, 108] },
      { name: 'B', ends: [110] },
    ]);
    const { outcome, pulses, path } = await run(api, ['A', 'B'], overAt(-5));
    expect(api.questions.slice(1)).toEqual([{ channels: ['A'], start: 108, end: 110 }]);
    expect(pulses('A')).toEqual(upTo(108));
    expect(outcome.channels).toMatchObject([
      { name: 'A', rows: 8, last_pulse_id: 108, missing_pulses: 2, short: true },
      { name: 'B', rows: 10, missing_pulses: 0 },
    ]);
    const { groups } = inspectFile(library, path);
    expect(groups.find((group) => group.path === '/')?.attributes).toMatchObject({
      start_pulse_id: 101,
      stop_pulse_id: 110,
      short_channels: ['A'],
    });
  });

  it('is not asked for where nobody waits', async () => {
    const api = await buffer('json', [
      { name: 'A', ends: [107] },
      { name: 'B', ends: [110] },
    ]);
    const { outcome } = await run(api, ['A', 'B'], undefined);
    expect(api.questions).toHaveLength(1);
    expect(outcome.channels[0]).toMatchObject({ rows: 7, missing_pulses: 3, short: true });
  });

  it('is waited for until the time is up while a channel lags behind the others', async () => {
    const api = await buffer('json', [
      { name: 'A', ends: [107] },
      { name: 'B', ends: [110] },
    ]);
    const begun = monotonicSeconds();
    const { outcome } = await run(api, ['A', 'B'], overAt(1.2));
    expect(monotonicSeconds() - begun).toBeGreaterThanOrEqual(1.2);
    expect(outcome.channels[0]).toMatchObject({ rows: 7, short: true });
    expect(api.questions.length).toBeGreaterThan(2);
  });

  it('is not waited for any more when no end has moved for 5 s', async () => {
    const api = await buffer('json', [
      { name: 'A', ends: [107] },
      { name: 'B', ends: [107] },
    ]);
    const begun = monotonicSeconds();
    const { outcome } = await run(api, ['A', 'B'], overAt(3600));
    expect(monotonicSeconds() - begun).toBeGreaterThanOrEqual(5);
    expect(outcome.channels).toMatchObject([{ short: true }, { short: true }]);
    expect(api.questions.length).toBeGreaterThan(3);
  });

  it.each<[string, Source[]]>([
    ['slower', [{ name: 'A', step: 4, ends: [110] }]],
    ['starts late', [{ name: 'A', first: 105, ends: [110] }]],
    ['has gaps', [{ name: 'A', step: 2, ends: [110] }]],
    ['has one row', [{ name: 'A', step: 20, ends: [110] }]],
    ['has no row', [{ name: 'A', first: 200, ends: [110] }]],
  ])('is not waited for where a channel %s', async (_case, [source]) => {
    const api = await buffer('json', [source, { name: 'B', ends: [110] }]);
    await run(api, ['A', 'B'], overAt(3600));
    expect(api.questions).toHaveLength(1);
  });

  it('is asked for where no channel has two rows', async () => {
    const api = await buffer('json', [
      { name: 'A', ends: [101, 110] },
      { name: 'B', ends: [100, 110] },
    ]);
    const { outcome } = await run(api, ['A', 'B'], overAt(3600));
    expect(outcome).toMatchObject({ rows: 20 });
    expect(api.questions.slice(1)).toEqual([
      { channels: ['B'], start: 101, end: 110 },
      { channels: ['A'], start: 102, end: 110 },
    ]);
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['fails', (response) => void response.writeHead(503).end()],
    ['breaks off', (response) => void response.destroy()],
    ['has nothing yet', (response) => void response.end('[]')],
    [
      'breaks off within its rows',
      (response) => {
        const rows = jsonOf([{ source: { name: 'A', ends: [] }, pulses: upTo(109, 108) }]);
        const part = `[{"configs":[{"type":"float64","shape":[1]}],"channel":{"name":"A"},${rows.slice(2)}`;
        response.write(part.slice(0, part.indexOf('}]') - 20), () => response.destroy());
      },
    ],
  ])('keeps what is there where an answer %s', async (_case, fails) => {
    const sources = [
      { name: 'A', ends: [107, 107, 110] },
      { name: 'B', ends: [110] },
    ];
    const api = await buffer('json', sources, { 1: fails });
    const { outcome, pulses } = await run(api, ['A', 'B'], overAt(20));
    expect(outcome).toMatchObject({ state: 'written', rows: 20, warnings: [] });
    expect(pulses('A')).toEqual(upTo(110));
  });

  it('leaves the file as it is where it is refused for good', async () => {
    const refused = (response: ServerResponse) => void response.writeHead(404).end('no');
    const sources = [
      { name: 'A', ends: [107] },
      { name: 'B', ends: [110] },
    ];
    const api = await buffer('json', sources, { 1: refused });
    const { outcome, pulses } = await run(api, ['A', 'B'], overAt(3600));
    expect(outcome.state).toBe('written');
    expect(outcome.warnings).toEqual([expect.stringContaining('late data could not be asked for')]);
    expect(pulses('A')).toEqual(upTo(107));
  });

  it('of another type than the rows before is left out, and says so', async () => {
    const sources = [
      { name: 'A', ends: [107] },
      { name: 'B', ends: [110] },
    ];
    const other = { name: 'A', type: 'int16', ends: [] };
    const answer = jsonOf([{ source: other, pulses: upTo(110, 108) }]);
    const api = await buffer('json', sources, { 1: (response) => void response.end(answer) });
    const { outcome, pulses } = await run(api, ['A', 'B'], overAt(20));
    expect(outcome.channels[0]).toMatchObject({ rows: 7, failure: { code: 'repeated_channel' } });
    expect(pulses('A')).toEqual(upTo(107));
  });

  it('of another shape, declared alike, is absent and counted', async () => {
    const declared = { name: 'A', shape: [3] };
    const sources = [
      { ...declared, value: () => [1, 2], ends: [107] },
      { name: 'B', ends: [110] },
    ];
    const other = { ...declared, value: () => [1, 2, 3], ends: [] };
    const answer = jsonOf([{ source: other, pulses: upTo(110, 108) }]);
    const api = await buffer('json', sources, { 1: (response) => void response.end(answer) });
    const { outcome, pulses } = await run(api, ['A', 'B'], overAt(20));
    const [{ rows, failure, problems }] = outcome.channels;
    expect({ rows, failure }).toEqual({ rows: 10, failure: undefined });
    expect(problems).toContainEqual(expect.objectContaining({ code: 'wrong_length', count: 3 }));
    expect(pulses('A')).toEqual(upTo(110));
  });

  it('is taken once from a server that answers more than it is asked', async () => {
    const all = [
      { source: { name: 'A', ends: [] }, pulses: upTo(110) },
      { source: { name: 'B', ends: [] }, pulses: upTo(110) },
    ];
    const sources = [
      { name: 'A', ends: [107] },
      { name: 'B', ends: [110] },
    ];
    const api = await buffer('json', sources, { 1: (response) => void response.end(jsonOf(all)) });
    const { outcome, pulses } = await run(api, ['A', 'B'], overAt(20));
    expect(pulses('A')).toEqual(upTo(110));
    expect(pulses('B')).toEqual(upTo(110));
    expect(outcome.channels.map(({ rows, problems }) => [rows, problems])).toEqual([
      [10, []],
      [10, []],
    ]);
    expect(outcome).toMatchObject({ rows: 20, notRequested: [] });
  });
});

interface Body {
  readonly channels: readonly (string | { readonly name: string })[];
  readonly range: {
    readonly startPulseId?: number;
    readonly endPulseId?: number;
    readonly startDate?: string;
    readonly endDate?: string;
  };
}

function askedInJson({ channels, range }: Body): Question {
  const names = channels.map((each) => (typeof each === 'string' ? each : each.name));
  return { channels: names, start: range.startPulseId!, end: range.endPulseId! };
}

/** Half a pulse before and behind is asked for, too. */
function askedInBinary({ channels, range }: Body): Question {
  const pulseAt = (date: string) => (Date.parse(date) - 1_528_459_491_000) / 10;
  return {
    channels: channels as string[],
    start: Math.ceil(pulseAt(range.startDate!)),
    end: Math.floor(pulseAt(range.endDate!)),
  };
}

function there({ first = 101, step = 1, ends }: Source, { start, end }: Question, number: number) {
  const last = Math.min(end, ends[Math.min(number, ends.length - 1)]);
  const all = Array.from({ length: Math.max(last - first + 1, 0) }, (_, i) => first + i);
  return all.filter((pulse) => (pulse - first) % step === 0 && pulse >= start);
}

type Rows = readonly { readonly source: Source; readonly pulses: readonly number[] }[];

function jsonOf(rows: Rows): string {
  return JSON.stringify(
    rows.map(({ source: { name, type = 'float64', shape = [1], value }, pulses }) => ({
      data: pulses.map((pulseId) => ({
        pulseId,
        globalDate: '2018-06-08T14:04:51.551143344+02:00',
        value: value ? value(pulseId) : pulseId,
      })),
      configs: [{ type, shape }],
      channel: { name },
    })),
  );
}

function binaryOf(rows: Rows): Buffer {
  return Buffer.concat(
    rows.flatMap(({ source: { name, type, shape, value }, pulses }) => [
      headerFrame({ name, type, shape, compression: shape ? 1 : 0 }),
      ...pulses.map((pulse) => eventFrame(pulse, valueOf(pulse, shape, value))),
    ]),
  );
}

function valueOf(
  pulse: number,
  shape: Source['shape'],
  value: Source['value'],
): Uint8Array | string {
  if (shape) return packedRun(pulse % 2 === 0 ? 0 : 255, IMAGE_BYTES);
  if (value) return value(pulse) as string;
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(pulse);
  return bytes;
}

function plain(value: unknown): unknown {
  return typeof value === 'boolean' ? Number(value) : value;
}

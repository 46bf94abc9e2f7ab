import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { RowBlock } from '../../rows/row-block.js';
import { BlockMemory } from '../blocks/block-memory.js';
import { HttpFailure, IncompleteReply, UnmappedPulses, UnusableRange } from '../errors.js';
import { RecordingSink } from '../json/recording-sink.fixture.js';
import { questionFor } from '../question.fixture.js';
import { eventFrame, headerFrame, timeOf } from './frames.fixture.js';
import { BinarySource } from './binary-source.js';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

interface Call {
  readonly method: string;
  readonly path: string;
  readonly accept: string | undefined;
  readonly body: unknown;
}

type Answer = (response: ServerResponse) => void;

/** A data API that has the calls it is given, by method and path, and notes all that come. */
async function serve(answers: Record<string, Answer>): Promise<{ url: string; calls: Call[] }> {
  const calls: Call[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    let text = '';
    request.on('data', (part) => (text += String(part)));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      calls.push({ method, path, accept: headers.accept, body: text && JSON.parse(text) });
      const answer = answers[`${method} ${path}`];
      if (answer) answer(response);
      else response.writeHead(404).end();
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls };
}

const json =
  (value: unknown): Answer =>
  (response) =>
    void response.end(JSON.stringify(value));

const HEADER = headerFrame({ name: 'A', type: 'int8' });
const frames =
  (requestId?: string): Answer =>
  (response) => {
    if (requestId !== undefined) response.setHeader('x-daqbuffer-request-id', requestId);
    response.end(
      Buffer.concat([HEADER, ...[3, 4, 5, 6].map((id) => eventFrame(id, Buffer.of(id)))]),
    );
  };

const marked =
  (value: unknown): Answer =>
  (response) =>
    void response.end(`\ufeff${JSON.stringify(value)}`);

const secondsOf = (pulseId: number) => {
  const text = String(timeOf(pulseId));
  return { globalSeconds: `${text.slice(0, -9)}.${text.slice(-9)}` };
};
const mapping = json([{ start: secondsOf(4), end: secondsOf(5) }]);
const range = { startPulseId: 4, endPulseId: 5 };

function ask(url: string, asked: object = range, sink = new RecordingSink(), mappingUrl?: string) {
  return new BinarySource({ url, mappingUrl }).read(questionFor(['A'], asked), sink);
}

async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.fail('nothing failed'),
    (error: unknown) => error,
  );
}

it('takes answers behind a byte order mark', async () => {
  const { url } = await serve({
    'POST /query/mapping': marked([{ start: secondsOf(4), end: secondsOf(5) }]),
    'POST /query': frames('r1'),
    'GET /requestStatus/r1': marked({ errors: ['disk gone'] }),
  });
  await expect(ask(url)).rejects.toThrow(IncompleteReply);
});

it('reads one reply after another into the memory that it was given', async () => {
  const { url } = await serve({ 'POST /query': frames(), 'POST /query/mapping': mapping });
  const memory = new BlockMemory();
  const source = new BinarySource({ url, memory });
  const found = new Set<unknown>();
  const append = ({ values }: RowBlock) =>
    void found.add(values.type === 'string' ? undefined : values.array.buffer);
  const rows = { append, close: () => undefined };
  const sink = { openChannel: () => rows, headerOf: () => undefined };
  for (let i = 0; i < 2; i++) await source.read(questionFor(['A'], range), sink);
  expect(found.size).toBe(1);
  expect(found.has(memory.valueBytes(1).buffer)).toBe(true);
});

describe('a query', () => {
  it.each(['', '/', '/query', '/query/'])(
    'by pulse ids is mapped to times, at a base that ends in "%s"',
    async (end) => {
      const { url, calls } = await serve({
        'POST /api/1/query': frames(),
        'POST /api/1/query/mapping': mapping,
      });
      const sink = new RecordingSink();
      const result = await ask(`${url}/api/1${end}`, range, sink);
      expect(sink.values('A')).toEqual([4, 5]);
      expect(result).toMatchObject({ rows: 2, missing: [], bytes: HEADER.length + 4 * 26 });
      // Half a pulse more at both ends: 5 ms.
      const startDate = '2018-06-08T12:04:51.035000004Z';
      const endDate = '2018-06-08T12:04:51.055000005Z';
      expect(calls).toEqual([
        {
          method: 'POST',
          path: '/api/1/query/mapping',
          accept: 'application/json',
          body: { range },
        },
        {
          method: 'POST',
          path: '/api/1/query',
          accept: 'application/octet-stream',
          body: { channels: ['A'], range: { type: 'date', startDate, endDate } },
        },
      ]);
    },
  );

  it('by pulse ids that were mapped before is asked by those times', async () => {
    const { url, calls } = await serve({ 'POST /query': frames() });
    const times = { start: timeOf(4), end: timeOf(6) };
    const sink = new RecordingSink();
    await new BinarySource({ url }).read({ ...questionFor(['A'], range), times }, sink);
    expect(sink.values('A')).toEqual([4, 5]);
    const startDate = '2018-06-08T12:04:51.035000004Z';
    // The pulse behind the range, of 51.060, is not asked for: it would be left out, and be a problem.
    const endDate = '2018-06-08T12:04:51.055000006Z';
    expect(calls).toMatchObject([{ path: '/query', body: { range: { startDate, endDate } } }]);
  });

  it('lets another server map, where the first can’t', async () => {
    const images = await serve({ 'POST /query': frames() });
    const data = await serve({ 'POST /query/mapping': mapping });
    const result = await ask(images.url, range, new RecordingSink(), `${data.url}/query`);
    expect(result.rows).toBe(2);
    expect(images.calls.map(({ path }) => path)).toEqual(['/query/mapping', '/query']);
    expect(await failure(ask(images.url))).toMatchObject({ code: 'http_status', status: 404 });
  });

  it.each([
    ['nothing', []],
    ['an object', { status: 'ok' }],
    ['no end', [{ start: secondsOf(4), end: null }]],
    ['no time', [{ start: secondsOf(4), end: { globalSeconds: 'later' } }]],
    ['the end first', [{ start: secondsOf(5), end: secondsOf(4) }]],
  ])('is tried again when the mapping has %s', async (_what, reply) => {
    const { url } = await serve({ 'POST /query/mapping': json(reply) });
    const error = await failure(ask(url));
    expect(error).toBeInstanceOf(UnmappedPulses);
    expect(error).toMatchObject({ transient: true });
  });

  it.each([
    [
      { startDate: '2018-06-08T14:04:51.551143344+02:00', endDate: '2018-06-08T12:05:00Z' },
      ['2018-06-08T12:04:51.551143344Z', '2018-06-08T12:05:00.000000000Z'],
    ],
    [
      { startDate: '2018-06-08T12:04Z', endDate: '2018-06-08T12:05:00.5Z' },
      ['2018-06-08T12:04:00.000000000Z', '2018-06-08T12:05:00.500000000Z'],
    ],
    [
      { startSeconds: '1528459491.551143344', endSeconds: '1528459492' },
      ['2018-06-08T12:04:51.551143344Z', '2018-06-08T12:04:52.000000000Z'],
    ],
  ])('by times is asked as it is, in UTC: %j', async (times, [startDate, endDate]) => {
    const { url, calls } = await serve({ 'POST /query': frames() });
    const { rows } = await ask(url, times);
    expect(rows).toBe(4);
    expect(calls).toMatchObject([{ path: '/query', body: { range: { startDate, endDate } } }]);
  });

  it.each([{}, { startDate: 'now', endDate: 'then' }, { startSeconds: '2', endSeconds: '1' }])(
    'by %j is none',
    async (times) => {
      const { url, calls } = await serve({});
      const error = await failure(ask(url, times));
      expect(error).toBeInstanceOf(UnusableRange);
      expect(calls).toEqual([]);
    },
  );
});

const NESTED: unknown = JSON.parse('['.repeat(200) + ']'.repeat(200));

describe('the status of a request', () => {
  const askWith = async (status: Answer | undefined, id = 'a/b 1') => {
    const { url, calls } = await serve({
      'POST /query': frames(id),
      'POST /query/mapping': mapping,
      ...(status && { 'GET /requestStatus/a%2Fb%201': status }),
    });
    return { result: ask(url), calls };
  };

  it('with errors means that the reply was incomplete, though it ended cleanly', async () => {
    const { result, calls } = await askWith(json({ errors: ['a file was gone'] }));
    const error = await failure(result);
    expect(error).toBeInstanceOf(IncompleteReply);
    expect(error).toMatchObject({ transient: true, code: 'incomplete_reply' });
    expect((error as Error).message).toContain('a file was gone');
    expect(calls.at(-1)).toMatchObject({ method: 'GET', path: '/requestStatus/a%2Fb%201' });
  });

  it.each<[string, Answer | undefined]>([
    ['without errors', json({ state: 'done' })],
    ['with an empty list of them', json({ errors: [] })],
    ['that a server does not have', undefined],
    ['that a server has not made yet', (response) => void response.writeHead(501).end()],
    ['that is a page for people', (response) => void response.end('<html></html>')],
    ['that is nested without end', json({ errors: [NESTED] })],
  ])('%s is fine', async (_what, status) => {
    const { result } = await askWith(status);
    expect(await result).toMatchObject({ rows: 2 });
  });

  it('that can’t be had now is tried again', async () => {
    const { result } = await askWith((response) => void response.writeHead(503).end());
    const error = await failure(result);
    expect(error).toBeInstanceOf(HttpFailure);
    expect(error).toMatchObject({ transient: true });
  });

  it('is not asked for without an id', async () => {
    const { url, calls } = await serve({ 'POST /query': frames(), 'POST /query/mapping': mapping });
    await ask(url);
    expect(calls.map(({ method }) => method)).toEqual(['POST', 'POST']);
  });
});

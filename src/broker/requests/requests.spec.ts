import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { formatTrailLine } from '../../audit/trail-line.js';
import { BrokerFixture, PARAMETERS, outline } from '../broker.fixture.js';
import { Notices } from '../process/notices.js';
import { ReportingWriter } from '../reporting-writer.fixture.js';

let broker: BrokerFixture;
let writer: ReportingWriter;
const streams: IncomingMessage[] = [];

beforeEach(async () => {
  broker = await new BrokerFixture().start();
  writer = await ReportingWriter.connect(broker);
});

afterEach(async () => {
  for (const stream of streams.splice(0)) stream.destroy();
  await writer.kill();
  await broker.remove();
});

async function acquire(output_file: string): Promise<string> {
  await broker.call('POST', '/parameters', { body: { ...PARAMETERS, output_file } });
  await broker.call('PUT', '/start_pulse_id/1');
  await broker.call('PUT', '/stop_pulse_id/2');
  return broker.recorded().at(-1)!.request_id!;
}

async function idsOf(query = ''): Promise<unknown[]> {
  const { json } = await broker.call('GET', `/requests${query}`);
  return (json.requests as { request_id: string }[]).map(({ request_id }) => request_id);
}

const one = async (id: string) =>
  (await broker.call('GET', `/requests/${id}`)).json.request as Record<string, unknown>;

function until(condition: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(condition, { timeout: 4000, interval: 10 });
}

describe('GET /requests', () => {
  it('has them newest first, over pages, also of a broker before', async () => {
    const ids: string[] = [];
    for (const file of ['a.h5', 'b.h5', 'c.h5', 'd.h5', 'e.h5']) ids.push(await acquire(file));
    await writer.outcome(await writer.next());
    await until(async () => expect((await one(ids[0])).state).toBe('written'));
    await broker.stop();
    await broker.start();
    const newest = ids.toReversed();
    expect(await idsOf()).toEqual(newest);
    const page = await broker.call('GET', '/requests?limit=2');
    expect(page.json).toMatchObject({ state: 'ok', status: 'stopped', next: newest[1] });
    expect(await idsOf(`?limit=2&before=${newest[1]}`)).toEqual(newest.slice(2, 4));
    const last = await broker.call('GET', `/requests?limit=2&before=${newest[3]}`);
    expect(last.json).toMatchObject({ next: null, requests: [{ request_id: newest[4] }] });
  });

  it('can be read from any place, however many come meanwhile', async () => {
    const ids: string[] = [];
    for (const file of ['a.h5', 'b.h5', 'c.h5', 'd.h5']) ids.push(await acquire(file));
    const [d, c, b, a] = ids.toReversed();
    await acquire('e.h5');
    expect(await idsOf(`?from=${d}`)).toEqual([d, c, b, a]);
    expect(await idsOf(`?from=${d}&skip=1&limit=2`)).toEqual([c, b]);
    expect(await idsOf(`?from=${d}&skip=4`)).toEqual([]);
    const { json } = await broker.call('GET', `/requests?from=${d}&skip=3&limit=1&total=true`);
    expect(json).toMatchObject({ total: 4, next: null, requests: [{ request_id: a }] });
    expect((await broker.call('GET', '/requests?limit=1')).json).not.toHaveProperty('total');
  });

  it('finds by a part of the path or of the id, and by lane', async () => {
    const run = await acquire('Run_0042.h5');
    const other = await acquire('other.h5');
    expect(await idsOf('?search=rUN_004')).toEqual([run]);
    expect(await idsOf(`?search=${other.slice(3, 20).toUpperCase()}`)).toEqual([other]);
    expect(await idsOf('?search=nothing')).toEqual([]);
    const line = (await broker.call('GET', `/requests/${run}/line`)).json.line as object;
    const { json } = await broker.call('POST', '/requests', { body: line });
    expect(await idsOf('?lane=background')).toEqual([json.request_id]);
    expect(await idsOf('?lane=live&search=run')).toEqual([run]);
  });

  it('names the first channels that are not, or not wholly, in the file', async () => {
    const id = await acquire('a.h5');
    const problems: never[] = [];
    const missing = { code: 'missing', message: 'not there' };
    const bad = { code: 'bad_shape', message: 'bad' };
    await writer.outcome(await writer.next(), {
      seconds: 0.25,
      file_bytes: 4096,
      channels: [
        { name: 'A', rows: 2, problems },
        { name: 'S', rows: 1, short: true, problems },
        { name: 'F', rows: 0, failure: bad, problems },
        ...['1', '2', '3', '4'].map((n) => ({
          name: `M${n}`,
          rows: 0,
          failure: missing,
          problems,
        })),
        { name: 'X', rows: 0, failure: missing, problems },
      ],
      not_requested: ['X'],
    });
    await until(async () => expect((await one(id)).state).toBe('written'));
    const { json } = await broker.call('GET', '/requests');
    expect(json.requests).toMatchObject([
      {
        channels_asked: 7,
        channels_written: 2,
        seconds: 0.25,
        file_bytes: 4096,
        incomplete_channels: [
          ...['M1', 'M2', 'M3', 'M4'].map((name) => ({ name, why: 'missing' })),
          { name: 'F', why: 'failed' },
        ],
      },
    ]);
  });

  it('finds by state, output file and time', async () => {
    const before = Date.now() / 1000;
    const [a, b] = [await acquire('a.h5'), await acquire('b.h5')];
    await writer.outcome(await writer.next(), {
      state: 'failed',
      failure: { code: 'disk_full', message: 'full' },
    });
    await until(async () => expect(await idsOf('?state=failed')).toEqual([a]));
    expect(await idsOf('?state=sent,failed')).toEqual([b, a]);
    expect(await idsOf('?state=written')).toEqual([]);
    expect(await idsOf('?healing=true')).toEqual([]);
    expect(await idsOf('?healing=false')).toEqual([b, a]);
    expect(await idsOf(`?output_file=${join(broker.folder, 'b.h5')}`)).toEqual([b]);
    expect(await idsOf('?output_file=b.h5')).toEqual([b]);
    expect(await idsOf('?output_file=.h5')).toEqual([]);
    expect(await idsOf(`?since=${before}&until=${Date.now() / 1000}`)).toEqual([b, a]);
    expect(await idsOf(`?until=${before}`)).toEqual([]);
    expect(await idsOf('?since=2999-01-01')).toEqual([]);
  });

  it.each([
    ['?state=gone', /state 'gone' is not a state: use queued, sent/],
    ['?since=yesterday', /since 'yesterday' is not a time/],
    ['?limit=0', /limit must be 1 to 1000/],
    ['?before=nobody', /before is not a known request/],
    ['?files=a', /files is not known: use state/],
    ['?toString=1', /toString is not known: use state/],
    ['?__proto__=1&constructor=1', /__proto__ is not known.*constructor is not known/],
    ['?state=sent&state=failed', /state is given twice/],
    ['?incomplete=yes', /incomplete 'yes' is neither true nor false/],
    ['?until=2026-02-31', /until '2026-02-31' is not a time/],
    [
      '?limit=9&limit=9&before=&x=1',
      /: x is not known: use state, since, .*; limit is given twice/,
    ],
  ])('says what is wrong with %s', async (query, problem) => {
    const { status, json } = await broker.call('GET', `/requests${query}`);
    expect({ status, json }).toMatchObject({
      status: 400,
      json: { state: 'error', status: expect.stringMatching(problem) },
    });
  });

  it('finds those whose files lack something, also from lines of an earlier version', async () => {
    const whole = { name: 'A', rows: 2, problems: [{ code: 'null_value', count: 1 }] };
    const missing = { code: 'missing', message: 'is not in the reply' };
    const gone = { name: 'B', rows: 0, problems: [], failure: missing };
    const short = { name: 'B', rows: 1, problems: [], short: true };
    const ids: string[] = [];
    for (const [i, channels] of [[whole], [whole, gone], [whole, short]].entries()) {
      ids.push(await acquire(`${i}.h5`));
      await writer.outcome(await writer.next(), { channels });
      await until(async () => expect((await one(ids[i])).state).toBe('written'));
    }
    ids.push(await acquire('open.h5'));
    const [good, lacking, late, open] = ids;
    const counts = { channels_asked: 2, channels_written: 1, channels_missing: 1 };
    const found = async () => {
      expect(await idsOf('?incomplete=true')).toEqual([late, lacking]);
      expect(await idsOf('?incomplete=true&limit=1')).toEqual([late]);
      expect(await idsOf(`?incomplete=true&before=${late}`)).toEqual([lacking]);
      expect(await idsOf('?incomplete=false')).toEqual([open, good]);
      const { json } = await broker.call('GET', `/requests?before=${late}&limit=1`);
      expect(json.requests).toMatchObject([{ request_id: lacking, ...counts, channels_failed: 0 }]);
      expect(await one(good)).toMatchObject({ channels_with_problems: 1, channels_short: 0 });
    };
    await found();
    await broker.stop();
    const outcomes = `${broker.trailFile}.outcomes`;
    const lines = readFileSync(outcomes, 'utf8');
    expect(lines).toContain('"channels_asked":2,');
    writeFileSync(outcomes, lines.replaceAll(/,"channels_\w+":\d+/g, ''));
    await broker.start();
    await found();
  });

  it('has the history of a known request, and a 404 for an unknown one', async () => {
    const id = await acquire('a.h5');
    const request = await writer.next();
    await writer.outcome(request);
    await until(async () => expect((await one(id)).state).toBe('written'));
    expect(await one(id)).toMatchObject({
      output_file: join(broker.folder, 'a.h5'),
      start_pulse_id: 1,
      stop_pulse_id: 2,
      history: [{ state: 'queued' }, { state: 'sent' }, { state: 'written', writer_id: writer.id }],
      report: { channels: [{ name: 'A', first_pulse_id: 1, last_pulse_id: 2 }] },
    });
    expect((await broker.call('GET', '/requests/none')).status).toBe(404);
  });
});

describe('POST /requests', () => {
  it('acquires a request again, under an id of its own', async () => {
    const old = await acquire('a.h5');
    await writer.outcome(await writer.next());
    await until(async () => expect((await one(old)).state).toBe('written'));
    // Also where it stood in a trail was that of another one.
    const [line] = broker
      .recorded()
      .map((request) => formatTrailLine({ ...request, trail_id: 'other', sequence: 7 }));
    const { json } = await broker.call('POST', '/requests', {
      body: line.slice(18),
      headers: { 'Content-Type': 'application/json' },
    });
    expect(json).toMatchObject({ state: 'ok', status: 'stopped', replay_of: old });
    const [before, again] = broker.recorded();
    expect(again).toEqual({
      ...before,
      request_id: json.request_id,
      replay_of: old,
      timestamp: expect.any(Number),
      sequence: expect.any(Number),
      body_digest: expect.any(String),
      lane: 'background',
    });
    expect(again.sequence).toBeGreaterThan(before.sequence!);
    expect(again.timestamp).toBeGreaterThan(before.timestamp);
    expect(await writer.next()).toMatchObject({ request_id: json.request_id, replay_of: old });
    expect(await one(json.request_id as string)).toMatchObject({ replay_of: old });
    expect(await broker.statistics()).toMatchObject({
      n_processed_requests: 1,
      requests_recorded: 2,
    });
  });

  it('records a repeated submission with the same key only once, also after a kill of the broker', async () => {
    await acquire('a.h5');
    const [body] = broker.recorded();
    const key = '6f9b7e62-5f0e-4a56-9a51-0f5a3ddc4a55';
    const submit = (id: string) =>
      broker.call('POST', '/requests', { body, headers: { 'Idempotency-Key': id } });
    const replies = await Promise.all([submit(key), submit(key), submit(key)]);
    await broker.stop();
    await broker.start();
    replies.push(await submit(key));
    for (const { json } of replies) {
      expect(json).toEqual({
        state: 'ok',
        status: 'stopped',
        request_id: key,
        replay_of: body.request_id,
      });
    }
    expect(broker.recorded().map(({ request_id }) => request_id)).toEqual([body.request_id, key]);
    expect(await idsOf()).toHaveLength(2);
    expect((await submit('a b')).json.status).toMatch(/Idempotency-Key must be 16 to 64/);
  });

  it('refuses another body with the same key, and records nothing', async () => {
    await acquire('a.h5');
    const [body] = broker.recorded();
    const key = '6f9b7e62-5f0e-4a56-9a51-0f5a3ddc4a55';
    const submit = (id: string, more: object = {}) =>
      broker.call('POST', '/requests', {
        body: { ...body, ...more },
        headers: { 'Idempotency-Key': id },
      });
    expect((await submit(key)).status).toBe(200);
    const query = JSON.parse(body.data_api_request) as object;
    const range = { startPulseId: 1, endPulseId: 3 };
    const otherRange = { data_api_request: JSON.stringify({ ...query, range }) };
    const otherFile = { parameters: JSON.stringify({ output_file: 'b.h5' }) };
    const refused = (id: string) => ({
      status: 409,
      json: { state: 'error', message: expect.stringContaining(id) },
    });
    const channels = { data_api_request: JSON.stringify({ ...query, channels: ['B'] }) };
    const parameters = JSON.parse(body.parameters) as object;
    const otherUser = { parameters: JSON.stringify({ ...parameters, 'general/user': 'x' }) };
    const others = [otherRange, otherFile, channels, otherUser, { request_id: 'x' }];
    for (const other of others) expect(await submit(key, other)).toMatchObject(refused(key));
    // The id of an acquisition is no key for something else either.
    expect((await submit(body.request_id!, otherRange)).status).toBe(409);
    for (let n = 0; n < 2; n++) await writer.outcome(await writer.next());
    await until(async () => expect((await one(key)).state).toBe('written'));
    const open = '0d0e7a55-2b5e-4e0c-8a55-6f9b7e625f0e';
    expect((await submit(open)).status).toBe(200);
    await broker.stop();
    await broker.start();
    for (const id of [key, open]) {
      for (const other of others) expect(await submit(id, other)).toMatchObject(refused(id));
      expect((await submit(id)).status).toBe(200);
    }
    expect(broker.recorded()).toHaveLength(3);
  });

  it.each(['application/json', 'text/plain; charset=utf-8'])(
    'takes the whole line of an error file as %s',
    async (type) => {
      const old = await acquire('a.h5');
      const body = `${formatTrailLine(broker.recorded()[0])}\n`;
      const headers = { 'Content-Type': type };
      const { json } = await broker.call('POST', '/requests', { body, headers });
      expect(json).toMatchObject({ state: 'ok', replay_of: old });
      expect(broker.recorded()).toHaveLength(2);
    },
  );

  it('sends what stands in the trail, so that an error file has the same line', async () => {
    await acquire('a.h5');
    const [body] = broker.recorded();
    const headers = { 'Idempotency-Key': '6f9b7e62-5f0e-4a56-9a51-0f5a3ddc4a55' };
    await broker.call('POST', '/requests?force=true', { body, headers });
    const lines = readFileSync(broker.trailFile, 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    for (const line of lines) {
      const request = await writer.next();
      expect(formatTrailLine(request)).toBe(line);
      await writer.outcome(request);
    }
  });

  it('carries layout and log file of a run from one to the next, to the writer', async () => {
    await broker.acquire('a.h5');
    await writer.outcome(await writer.next());
    const log_file = join(broker.folder, 'acq0001.BSDATA.log');
    const [before] = broker.recorded();
    const body = { ...before, layout: 'root', log_file };
    for (let n = 0; n < 2; n++) {
      await broker.call('POST', '/requests', { body: n === 0 ? body : broker.recorded().at(-1) });
      expect(broker.recorded().at(-1)).toMatchObject({ layout: 'root', log_file });
      const request = await writer.next();
      expect(request).toMatchObject({ layout: 'root', log_file, replay_of: before.request_id });
      const line = readFileSync(broker.trailFile, 'utf8').trimEnd().split('\n').at(-1);
      expect(formatTrailLine(request)).toBe(line);
      await writer.outcome(request);
    }
  });

  it('refuses a layout that nobody knows, and a log file that is none or not for others', async () => {
    await broker.acquire('a.h5');
    const [before] = broker.recorded();
    const refusal = async (more: object) => {
      const { status, json } = await broker.call('POST', '/requests', {
        body: { ...before, ...more },
      });
      expect(status).toBe(400);
      return json.status;
    };
    expect(await refusal({ layout: 'tree' })).toMatch(/: layout must be root/);
    expect(await refusal({ log_file: 5 })).toMatch(/: log_file must be the name of a file/);
    expect(await refusal({ log_file: join(broker.folder, 'a.h5') })).toMatch(/ends in \.log/);
    expect(await refusal({ log_file: '/etc/x.log' })).toMatch(/: log_file lies outside/);
    expect(await refusal({ log_file: broker.trailFile })).toMatch(
      /: log_file belongs to the audit/,
    );
    expect(broker.recorded()).toHaveLength(1);
  });

  it('carries what is forced for that request alone, and only where the caller says so', async () => {
    await broker.acquire('a.h5');
    const [before] = broker.recorded();
    await writer.outcome(await writer.next());
    const submit = (query: string, body: object) =>
      broker.call('POST', `/requests${query}`, { body });
    await submit('?force=true', before);
    expect(broker.recorded().at(-1)).toMatchObject({ replay_of: before.request_id, force: true });
    expect(await writer.next()).toMatchObject({ force: true, replay_of: before.request_id });
    await submit('', broker.recorded().at(-1)!);
    const again = broker.recorded().at(-1)!;
    expect(again.force).toBeUndefined();
    expect(again.replay_of).toBe(before.request_id);
    const { status, json } = await submit('?forced=true', before);
    expect(status).toBe(400);
    expect(json.status).toContain('forced is not known: use force');
  });

  it('takes what another implementation recorded, numbers as they came', async () => {
    const body = {
      data_api_request: JSON.stringify({
        channels: [{ name: 'A', backend: 'sf-databuffer' }],
        range: { startPulseId: 5, endPulseId: 6 },
      }),
      parameters: '{"output_file":"old.h5","n":9007199254740993}',
      timestamp: 1529914272.1,
    };
    const { json } = await broker.call('POST', '/requests', { body });
    expect(json).toMatchObject({ replay_of: null });
    const request = await writer.next();
    expect(outline(request)).toEqual({
      file: join(broker.folder, 'old.h5'),
      channels: ['A'],
      pulses: [5, 6],
    });
    expect(request.parameters).toContain('9007199254740993');
  });
});

describe('GET /events', () => {
  async function listen(lastEventId?: string) {
    const headers = lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId };
    const request = get({ port: broker.port, host: '127.0.0.1', path: '/events', headers });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    streams.push(response);
    const stream = { response, text: '', ended: once(response, 'end') };
    response.setEncoding('utf8').on('data', (chunk: string) => (stream.text += chunk));
    return stream;
  }

  /** Kind and data of what came, with ids. */
  function eventsIn(text: string) {
    return text
      .split('\n\n')
      .map((block) => /^(?:id: (\d+)\n)?event: (\w+)\ndata: (.*)$/s.exec(block))
      .filter((match) => match !== null)
      .map(([, id, kind, data]) => ({
        id,
        kind,
        data: JSON.parse(data) as Record<string, unknown>,
      }));
  }

  it('tells states and progress, and ends first when the broker does', async () => {
    const stream = await listen();
    expect(stream.response.headers['content-type']).toContain('text/event-stream');
    const id = await acquire('a.h5');
    const request = await writer.next();
    await writer.progress(request, 'writing', 10);
    await writer.progress(request, 'writing', 20);
    await writer.outcome(request);
    await until(() => expect(eventsIn(stream.text)).toHaveLength(5));
    expect(eventsIn(stream.text)).toMatchObject([
      { kind: 'state', data: { request_id: id, state: 'queued' } },
      { kind: 'state', data: { state: 'sent', attempt: 1 } },
      { kind: 'state', data: { state: 'writing', bytes: 10 } },
      { kind: 'progress', data: { state: 'writing', bytes: 20 } },
      { kind: 'state', data: { state: 'written', bytes: 100, channels_asked: 1 } },
    ]);
    const [ended] = await Promise.all([stream.ended, broker.stop()]);
    expect(ended).toEqual([]);
  });

  it('tells what happens to delivery as a whole', async () => {
    const stream = await listen();
    broker.app.get(Notices, { strict: false }).tell('outage', { place: '/sf/data' });
    await until(() => expect(eventsIn(stream.text)).toHaveLength(1));
    expect(eventsIn(stream.text)).toMatchObject([{ kind: 'outage', data: { place: '/sf/data' } }]);
  });

  it('goes on behind the last event that a reader saw, and says when there is a gap', async () => {
    const first = await listen();
    await acquire('a.h5');
    await until(() => expect(eventsIn(first.text)).toHaveLength(2));
    first.response.destroy();
    const [, { id }] = eventsIn(first.text);
    const b = await acquire('b.h5');
    const second = await listen(id);
    await until(() => expect(eventsIn(second.text).length).toBeGreaterThan(1));
    expect(eventsIn(second.text)[0]).toMatchObject({
      kind: 'state',
      data: { request_id: b, state: 'queued' },
    });
    const behind = await listen('5');
    await until(() => expect(eventsIn(behind.text).length).toBeGreaterThan(3));
    expect(eventsIn(behind.text)[0]).toMatchObject({ kind: 'gap' });
    const wrong = await broker.call('GET', '/events', { headers: { 'Last-Event-ID': 'x' } });
    expect(wrong.status).toBe(400);
  });

  it('drops a reader that does not keep up', async () => {
    const slow = connect({ port: broker.port, host: '127.0.0.1' });
    slow.write('GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(slow, 'readable');
    const closed = once(slow, 'close');
    slow.on('error', () => 'a reset is what it gets');
    await acquire('a.h5');
    const request = await writer.next();
    const failure = { code: 'x', message: 'y'.repeat(200_000) };
    const held = {
      request_id: request.request_id,
      attempt: 1,
      state: 'writing',
      rows: 0,
      tries: 1,
    };
    for (let bytes = 0; bytes < 60; bytes++) {
      await writer.report({
        kind: 'progress',
        writer_id: writer.id,
        held: { ...held, bytes, failure } as never,
      });
    }
    await until(async () => expect((await one(request.request_id)).bytes).toBe(59));
    slow.resume();
    await closed;
    expect(await broker.statusWord()).toBe('stopped');
  });
});

describe('GET /requests/<id>/line', () => {
  it('has the request as it was recorded, settled or not, also where the trail was rotated', async () => {
    const [open, settled] = [await acquire('a.h5'), await acquire('b.h5')];
    const lineOf = async (id: string) => (await broker.call('GET', `/requests/${id}/line`)).json;
    const recorded = broker.recorded();
    const sent = [await writer.next()];
    sent.push(await writer.next());
    await writer.outcome(sent.find(({ request_id }) => request_id === settled)!);
    await until(async () => expect((await one(settled)).state).toBe('written'));
    for (const [i, id] of [open, settled].entries()) {
      expect(await lineOf(id)).toMatchObject({ state: 'ok', line: recorded[i] });
    }
    renameSync(broker.trailFile, `${broker.trailFile}.1`);
    expect((await lineOf(settled)).line).toEqual(recorded[1]);
    rmSync(`${broker.trailFile}.1`);
    expect(await broker.call('GET', `/requests/${settled}/line`)).toMatchObject({
      status: 404,
      json: { message: expect.stringContaining('neither in the audit trail nor') },
    });
    expect((await broker.call('GET', '/requests/none/line')).status).toBe(404);
  });
});

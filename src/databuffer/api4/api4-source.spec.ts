import { afterEach, describe, expect, it } from 'vitest';
import {
  ConnectionFailed,
  CredentialsRefused,
  EmptyReply,
  HttpFailure,
  ServerError,
  ServerResting,
  UnmappedPulses,
} from '../errors.js';
import { Connections } from '../http/connections.js';
import { ServerRests } from '../http/server-rests.js';
import { RecordingSink } from '../json/recording-sink.fixture.js';
import { isoTime } from '../time-range.js';
import { batch, FINAL, frame, KEEPALIVE, map, text } from './cbor/cbor.fixture.js';
import { type Answer, status } from './data-server.fixture.js';
import { EventsServers, reply, rows, silence, timeOf, WHOLE } from './events-server.fixture.js';

const servers = new EventsServers();
afterEach(() => servers.close());

async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.fail('nothing failed'),
    (error: unknown) => error,
  );
}

const reset: Answer = (response) => void response.destroy();
const error = (words: string) => frame(map({ error: text(words) }));

describe('a question', () => {
  it('is asked for each channel, exact to the nanosecond', async () => {
    let accept: string | undefined;
    const note: Answer = (response, request) => {
      ({ accept } = request.headers);
      WHOLE[0](response, request);
    };
    const { url, asked } = await servers.serve({ 'A:B+C é': [note] });
    const { sink, ...result } = await servers.read(url, ['A:B+C é']);
    expect(sink.channel('A:B+C é').rows.map(({ pulseId }) => pulseId)).toEqual([
      1n,
      2n,
      3n,
      4n,
      5n,
    ]);
    expect(result).toMatchObject({ rows: 5, missing: [], complete: new Set(['A:B+C é']) });
    expect(result.channels).toMatchObject([
      { name: 'A:B+C é', rows: 5, first_pulse_id: 1, last_pulse_id: 5, problems: [] },
    ]);
    const query = new URL(
      asked.find((path) => path.includes('/events?'))!,
      url,
    ).searchParams;
    expect(Object.fromEntries(query)).toEqual({
      backend: 'sf-databuffer',
      channelName: 'A:B+C é',
      begDate: '2023-11-14T22:13:20.010000007Z',
      endDate: '2023-11-14T22:13:20.060000007Z',
    });
    expect(accept).toBe('application/cbor-framed');
  });

  it('that was mapped before is not mapped again', async () => {
    const { url, asked } = await servers.serve({ A: WHOLE });
    const times = { start: timeOf(1), end: timeOf(6) };
    await servers.read(url, ['A'], { question: { times } });
    expect(asked.filter((path) => path.includes('/map/'))).toEqual([]);
  });

  it('by dates is asked by them', async () => {
    const { url, begins } = await servers.serve({ A: WHOLE });
    const range = { startDate: isoTime(timeOf(1)), endDate: '2023-11-14T23:13:30+01:00' };
    const question = { expected: { channels: ['A'] }, query: { range } };
    const { rows } = await servers.read(url, ['A'], { question });
    expect([rows, begins.get('A')]).toEqual([5, ['2023-11-14T22:13:20.010000007Z']]);
  });

  it('leaves out rows of other pulses, as of before the range', async () => {
    const { url } = await servers.serve({ A: [reply(rows(0), rows(1, 2, 3), rows(6, 7), FINAL)] });
    const { sink, channels } = await servers.read(url, ['A']);
    expect(sink.values('A')).toEqual([1, 2, 3]);
    expect(channels).toMatchObject([
      { rows: 3, problems: [{ code: 'outside_range_dropped', count: 3 }] },
    ]);
  });

  it('tells who asked what came', async () => {
    const { url } = await servers.serve({ A: WHOLE, B: WHOLE });
    let received = 0;
    const types: unknown[] = [];
    const question = {
      received: (bytes: number) => void (received += bytes),
      answered: (headers: Record<string, unknown>) => void types.push(headers['content-length']),
    };
    const { bytes } = await servers.read(url, ['A', 'B'], { question });
    expect(received).toBe(bytes);
    expect(types.map(Number)).toEqual([bytes / 2, bytes / 2]);
  });
});

describe('a channel', () => {
  const ask = async (script: readonly Answer[], others = {}) => {
    const { url, begins } = await servers.serve({ A: WHOLE, B: script, ...others });
    const read = await servers.read(url, ['A', 'B'], {
      limits: { firstByteMs: 60, silenceMs: 60 },
    });
    expect(read.sink.values('A')).toEqual([1, 2, 3, 4, 5]);
    return { ...read, questions: begins.get('B')?.length };
  };

  it('that a server does not know is missing', async () => {
    const { missing, channels, questions } = await ask([status(404, '{"message":"no"}')]);
    expect([missing, questions]).toEqual([['B'], 1]);
    expect(channels.map(({ name }) => name)).toEqual(['A']);
  });

  it('fails with the server’s words, and keeps what came', async () => {
    const answer = reply(rows(1, 2), error('disk of node 7'), rows(3), FINAL);
    const { channels, complete, sink, questions } = await ask([answer]);
    expect(channels[1]).toMatchObject({
      rows: 2,
      failure: { code: 'server_error', message: expect.stringContaining('disk of node 7') },
    });
    expect([[...complete!], sink.values('B'), questions]).toEqual([['A'], [1, 2], 1]);
  });

  it('fails where a proxy hides the reason, after three questions', async () => {
    const { channels, questions } = await ask([status(500)]);
    const message = expect.stringMatching(/HTTP 500 with an empty body: a proxy/) as string;
    expect(channels[1]).toMatchObject({ rows: 0, failure: { code: 'http_status', message } });
    expect(questions).toBe(3);
  });

  it.each([
    [400, 1],
    [301, 1],
    [408, 3],
    [503, 3],
  ])('fails by HTTP %i after %i questions', async (code, times) => {
    const { channels, questions } = await ask([status(code, 'because')]);
    expect(channels[1].failure?.code).toBe('http_status');
    expect(questions).toBe(times);
  });

  it.each<[string, Answer]>([
    ['from the start', silence],
    ['midway', (response) => void response.write(rows(1, 2))],
  ])('that hangs %s is asked twice', async (_when, answer) => {
    const { channels, questions } = await ask([answer]);
    const message = expect.stringContaining(
      '/events?backend=sf-databuffer&channelName=B',
    ) as string;
    expect(channels[1]).toMatchObject({ failure: { code: 'timed_out', message } });
    expect(questions).toBe(2);
  });

  it('that only says that it works times out', async () => {
    const works: Answer = (response) => {
      const timer = setInterval(() => response.write(KEEPALIVE), 5);
      response.on('close', () => clearInterval(timer));
    };
    const { url } = await servers.serve({ A: WHOLE, B: [works] });
    const { channels } = await servers.read(url, ['A', 'B'], { limits: { valueMs: 60 } });
    expect(channels[1].failure).toMatchObject({
      code: 'timed_out',
      message: expect.stringContaining('no value'),
    });
  });

  it.each<[string, Answer]>([
    ['is no CBOR', reply(frame(Buffer.of(0xff)))],
    ['is JSON', reply(Buffer.from('{"tsAnchor":1700000000,"tsMs":[0],"values":[1]}'))],
  ])('whose reply %s fails at once', async (_what, answer) => {
    const { channels, questions } = await ask([answer]);
    expect(channels[1].failure?.code).toBe('malformed_reply');
    expect(questions).toBe(1);
  });

  it('that the sink refuses fails, and others do not', async () => {
    const { url } = await servers.serve({ A: WHOLE, B: WHOLE, C: WHOLE });
    const sink = new RecordingSink({ B: 'open' });
    const { channels, complete } = await servers.read(url, ['A', 'B', 'C'], { sink });
    expect(channels.map(({ failure }) => failure?.code)).toEqual([
      undefined,
      'not_storable',
      undefined,
    ]);
    expect(sink.values('C')).toHaveLength(5);
    expect(complete!.size).toBe(3);
  });

  it('is stored once, however often it is asked for', async () => {
    const { url, begins } = await servers.serve({ A: WHOLE });
    const { channels } = await servers.read(url, ['A', 'A']);
    expect([channels.length, begins.get('A')?.length]).toEqual([1, 1]);
  });
});

describe('a server', () => {
  it('that knows none of the channels', async () => {
    const { url } = await servers.serve({});
    expect(await failure(servers.read(url, ['A', 'B']))).toBeInstanceOf(EmptyReply);
  });

  it('that has none for one of several sources', async () => {
    const { url } = await servers.serve({});
    const question = { expected: { channels: ['A', 'CAMERA'] } };
    const range = { startDate: '2023-11-14T22:13:20Z', endDate: '2023-11-14T22:13:21Z' };
    const result = await servers.read(url, ['A'], { question: { ...question, query: { range } } });
    expect(result).toMatchObject({ channels: [], missing: ['A'], rows: 0 });
  });

  it('that fails for every channel may do better in a moment', async () => {
    const script = { A: [reply(error('no'))], B: [status(503, 'too much')], C: [status(503)] };
    const { url } = await servers.serve(script);
    const thrown = await failure(servers.read(url, ['A', 'B', 'C']));
    expect(thrown).toBeInstanceOf(HttpFailure);
    expect(thrown).toMatchObject({ transient: true, body: 'too much', source: url });
  });

  it('that fails for every channel for good tells the first failure', async () => {
    const { url } = await servers.serve({ A: [reply(error('no'))], B: [status(400)] });
    expect(await failure(servers.read(url, ['A', 'B']))).toBeInstanceOf(ServerError);
  });

  it.each<[string, Answer]>([
    ['http_status', status(502)],
    ['timed_out', silence],
  ])('that says nothing of any is not asked for every channel: %s', async (code, answer) => {
    const names = Array.from({ length: 100 }, (_, i) => `C${i}`);
    const script = Object.fromEntries(names.map((name) => [name, [answer]]));
    const { url, begins } = await servers.serve(script);
    const options = { channelsAtOnce: 2, limits: { firstByteMs: 50 } };
    expect(await failure(servers.read(url, names, options))).toMatchObject({ code });
    expect(begins.size).toBeLessThan(10);
  });

  it('that says nothing of the first channels is asked for the last ones', async () => {
    const names = Array.from({ length: 40 }, (_, i) => `C${i}`);
    const hangs: Answer = (response) => response.flushHeaders();
    const script = Object.fromEntries(names.map((name, i) => [name, i < 20 ? [hangs] : WHOLE]));
    const { url } = await servers.serve(script);
    const options = { channelsAtOnce: 2, limits: { silenceMs: 50 } };
    const { channels, sink } = await servers.read(url, names, options);
    expect(channels.map(({ rows }) => rows)).toEqual(names.map((_name, i) => (i < 20 ? 0 : 5)));
    expect(channels[19].failure?.code).toBe('timed_out');
    expect(sink.channels.map(({ header }) => header.name)).toEqual(names.slice(20));
  });

  it('that goes down is a matter of the whole question', async () => {
    const { url } = await servers.serve({
      A: [WHOLE[0]],
      B: [(response) => void response.socket!.end(() => void servers.closeServers())],
    });
    const thrown = await failure(servers.read(url, ['A', 'B', 'C'], { channelsAtOnce: 1 }));
    expect(thrown).toBeInstanceOf(ConnectionFailed);
    expect(thrown).toMatchObject({ transient: true, wasConnected: false });
  });

  it('that breaks connections before it answers is asked again', async () => {
    const { url } = await servers.serve({ A: [reset, reset, WHOLE[0]] });
    expect(await servers.read(url, ['A'])).toMatchObject({ rows: 5 });
  });

  it('that wants to be left alone is', async () => {
    const busy: Answer = (response) => void response.writeHead(503, { 'retry-after': '7' }).end();
    const { url, begins } = await servers.serve({ A: [busy], B: WHOLE });
    const connections = new Connections({ rests: new ServerRests([url]) });
    const options = { connections, channelsAtOnce: 1 };
    const thrown = await failure(servers.read(url, ['A', 'B'], options));
    expect(thrown).toMatchObject({ status: 503, retryAfter: 7 });
    expect(await failure(servers.read(url, ['B'], options))).toBeInstanceOf(ServerResting);
    expect([...begins.keys()]).toEqual(['A']);
    await connections.close();
  });

  it('gets user and password of the URL, and may refuse them', async () => {
    const given: (string | undefined)[] = [];
    const guarded: Answer = (response, request) => {
      given.push(request.headers.authorization);
      if (given.length === 1) WHOLE[0](response, request);
      else response.writeHead(401).end();
    };
    const { url } = await servers.serve({ A: [guarded], B: WHOLE });
    const known = url.replace('//', '//user:secret@');
    expect(await servers.read(known, ['A'])).toMatchObject({ rows: 5 });
    const thrown = await failure(servers.read(known, ['A', 'B'], { channelsAtOnce: 1 }));
    expect(thrown).toBeInstanceOf(CredentialsRefused);
    expect((thrown as Error).message).not.toContain('secret');
    expect(given).toEqual(Array(2).fill(`Basic ${Buffer.from('user:secret').toString('base64')}`));
  });

  it('that does not know the pulses yet', async () => {
    const { url, asked } = await servers.serve({ A: WHOLE }, undefined, status(204));
    expect(await failure(servers.read(url, ['A']))).toBeInstanceOf(UnmappedPulses);
    expect(asked.filter((path) => !path.includes('/map/'))).toEqual([]);
  });
});

it('ends all downloads at once with the signal’s reason', async () => {
  const names = ['A', 'B', 'C', 'D', 'E', 'F'];
  const aborted = new AbortController();
  let waiting = 0;
  const closed: Promise<unknown>[] = [];
  const hang: Answer = (response) => {
    closed.push(new Promise((resolve) => response.on('close', resolve)));
    response.write(rows(1));
    if (++waiting === 4) aborted.abort(new Error('enough'));
  };
  const script = Object.fromEntries(names.map((name) => [name, [hang]]));
  const { url, begins } = await servers.serve(script);
  const asked = servers.read(url, names, { question: { signal: aborted.signal } });
  await expect(asked).rejects.toThrow('enough');
  await Promise.all(closed);
  expect(begins.size).toBe(4);
});

it('ends all downloads when one meets what is no matter of its channel', async () => {
  const closed: Promise<unknown>[] = [];
  const hang: Answer = (response) => {
    closed.push(new Promise((resolve) => response.on('close', resolve)));
    response.write(batch({ scalar_type: 'f64', tss: [], pulses: [], values: [] }));
  };
  const { url } = await servers.serve({ A: WHOLE, B: [hang], C: [hang] });
  class BrokenSink extends RecordingSink {
    override openChannel(): never {
      throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    }
  }
  const asked = servers.read(url, ['A', 'B', 'C'], { sink: new BrokenSink() });
  await expect(asked).rejects.toThrow('no space left');
  await Promise.all(closed);
});

it('reads one question after another on the same connections', async () => {
  const ports = new Set<number | undefined>();
  const note: Answer = (response, request) => {
    ports.add(request.socket.remotePort);
    WHOLE[0](response, request);
  };
  const names = Array.from({ length: 12 }, (_, i) => `C${i}`);
  const { url } = await servers.serve(Object.fromEntries(names.map((name) => [name, [note]])));
  const connections = new Connections({});
  for (let i = 0; i < 3; i++) {
    const { rows } = await servers.read(url, names, { connections, channelsAtOnce: 3 });
    expect(rows).toBe(60);
  }
  await connections.close();
  expect(ports.size).toBe(3);
});

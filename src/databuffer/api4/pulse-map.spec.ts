import { afterEach, describe, expect, it } from 'vitest';
import { ConnectionFailed, HttpFailure, MalformedReply, UnmappedPulses } from '../errors.js';
import { Connections } from '../http/connections.js';
import { type Answer, DataServers, status } from './data-server.fixture.js';
import { PulseMap } from './pulse-map.js';

const servers = new DataServers();
const connections = new Connections();
afterEach(() => servers.close());

const RANGE = { startPulseId: 20_000_000_004, endPulseId: 20_000_000_005 };

/** A server that knows these pulses alone. */
function serverWith(times: Record<string, Answer>) {
  return servers.serve(({ pathname }) => times[pathname.split('/').at(-1)!] ?? status(204));
}

const time = (text: string): Answer => status(200, text);

function ask(url: string, signal?: AbortSignal) {
  return new PulseMap({ url, connections }).timesOf(RANGE, 'sf-databuffer', signal);
}

async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.fail('nothing failed'),
    (error: unknown) => error,
  );
}

describe('a range of pulses', () => {
  it('ends before the pulse behind its last, exact to the nanosecond', async () => {
    const { url, asked } = await serverWith({
      20000000004: time('1700000000123456789'),
      20000000006: time('\ufeff1700000000143456791\n'),
    });
    expect(await ask(url)).toEqual({ start: 1700000000123456789n, end: 1700000000143456791n });
    expect(asked.sort()).toEqual([
      '/api/4/map/pulse/sf-databuffer/20000000004',
      '/api/4/map/pulse/sf-databuffer/20000000006',
    ]);
  });

  it('is asked for at both ends at once, on connections that are kept', async () => {
    const waiting: (() => void)[] = [];
    const ports = new Set<number | undefined>();
    const { url } = await servers.serve(({ pathname }) => (response, { socket }) => {
      ports.add(socket.remotePort);
      waiting.push(() => response.end(pathname.slice(-1)));
      // Neither is answered before both are there.
      if (waiting.length === 2) for (const answer of waiting.splice(0)) answer();
    });
    for (let i = 0; i < 3; i++) expect(await ask(url)).toEqual({ start: 4n, end: 6n });
    expect(ports.size).toBe(2);
  });

  it.each(['20000000004', '20000000006'])('may not be known yet: %s', async (unknown) => {
    const times = { 20000000004: time('1'), 20000000006: time('2'), [unknown]: status(204) };
    const { url } = await serverWith(times);
    const error = await failure(ask(url));
    expect(error).toBeInstanceOf(UnmappedPulses);
    expect(error).toMatchObject({ transient: true, source: url });
    expect((error as Error).message).toMatch(
      new RegExp(`has no time for pulse ${unknown}, needed`),
    );
  });

  it('can’t be had from a server that fails', async () => {
    const { url } = await serverWith({ 20000000004: status(500), 20000000006: time('2') });
    const error = await failure(ask(url));
    expect(error).toBeInstanceOf(HttpFailure);
    expect(error).toMatchObject({ status: 500, transient: true });
  });

  it.each(['', 'null', '-5', '1.5', '1e18', '"17"', '[1]', '<html>', '9223372036854775808'])(
    'has no time %j',
    async (text) => {
      const { url } = await serverWith({ 20000000004: time('1'), 20000000006: time(text) });
      const error = await failure(ask(url));
      expect(error).toBeInstanceOf(MalformedReply);
      expect((error as Error).message).toContain('/map/pulse/sf-databuffer/20000000006 answered');
    },
  );

  it.each(['5', '4'])('does not end before it begins: %s', async (end) => {
    const { url } = await serverWith({ 20000000004: time('5'), 20000000006: time(end) });
    expect(await failure(ask(url))).toBeInstanceOf(MalformedReply);
  });
});

it('ends with the signal’s reason, even where a server says nothing', async () => {
  const ended = new AbortController();
  const { url } = await servers.serve(() => () => ended.abort(new Error('enough')));
  await expect(ask(url, ended.signal)).rejects.toThrow('enough');
});

it('says that a server can’t be reached', async () => {
  const { url } = await servers.serve(() => status(204));
  await servers.close();
  expect(await failure(ask(url))).toBeInstanceOf(ConnectionFailed);
});

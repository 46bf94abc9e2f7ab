import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { pulseIdAt, timestampOf } from '../pulse-clock.js';
import { Api4Fixture } from './api4.fixture.js';
import { cborFrames, jsonFrames } from './decode.fixture.js';
import { parseMoment } from './moments.js';

const START = pulseIdAt(Date.UTC(2025, 5, 1));
const FINAL = { rangeFinal: true };
const KEEPALIVE = { type: 'keepalive' };

let api: Api4Fixture;
beforeAll(async () => {
  api = await Api4Fixture.start();
});
afterAll(() => api.close());

const ask = (name: string, more = {}) => api.events(`SIMULATOR-${name}`, START, 100, more);

/** The frames of a reply, of data the count of rows. */
async function told(name: string, more = {}): Promise<unknown[]> {
  const { body } = await ask(name, more);
  return cborFrames(body).map((map) => (map.tss as [] | undefined)?.length ?? map);
}

describe('faulty channels of API 4', () => {
  it.each([
    ['NO-FINAL', [50]],
    ['INCOMPLETE', [100]],
    ['ERROR', [50, { error: 'fault asked for by the name of a channel' }]],
    ['KEEPALIVES', [KEEPALIVE, 100, KEEPALIVE, FINAL]],
    ['EMPTY', []],
    ['OBJECT', []],
  ])('%s is %o, and all is well after it', async (kind, expected) => {
    expect(await told(`FAULT-${kind}-2`)).toEqual(expected);
    expect(await told(`FAULT-${kind}-2`)).toEqual(expected);
    expect(await told(`FAULT-${kind}-2`)).toEqual([100, FINAL]);
  });

  it('CONTINUE-AT says where the other half begins', async () => {
    const { body } = await ask('FAULT-CONTINUE-AT-1');
    const [data, { continueAt }] = cborFrames(body);
    expect(data.values).toHaveLength(50);
    const begNs = parseMoment(continueAt as string, 0)!;
    expect(begNs).toBeGreaterThan((data.tss as bigint[]).at(-1)!);
    expect(await told('FAULT-CONTINUE-AT-1', { begNs })).toEqual([50, FINAL]);
  });

  it('are framed in JSON as well', async () => {
    const { body } = await ask('FAULT-ERROR-1-json', { format: 'json-framed' });
    const [data, error] = jsonFrames(body);
    expect((JSON.parse(data) as { values: [] }).values).toHaveLength(50);
    expect(error).toBe('{"error":"fault asked for by the name of a channel"}');
  });

  it('have a status of their own, with or without a body', async () => {
    const busy = await ask('FAULT-HTTP-503-1');
    expect(busy.status).toBe(503);
    expect(JSON.parse(busy.text)).toMatchObject({ requestid: busy.headers.requestid });
    expect(await ask('FAULT-EMPTY-500-1')).toMatchObject({ status: 500, text: '' });
    expect((await ask('FAULT-EMPTY-500-1', { format: 'json' })).status).toBe(200);
    expect(await told('FAULT-EMPTY-500-1')).toEqual([100, FINAL]);
  });

  it('send what are no frames, or end within one', async () => {
    expect((await ask('FAULT-GARBAGE-1')).text).toContain('no frames');
    const [cut, whole] = [await ask('FAULT-CUT-1'), await ask('FAULT-CUT-1')];
    expect(cut.body).toEqual(whole.body.subarray(0, Math.floor(whole.body.length / 2)));
    await expect(ask('FAULT-RESET-1')).rejects.toThrow(/other side closed|Invalid EOF/);
  });

  it('fail nobody who asks in another protocol', async () => {
    for (const kind of ['NO-FINAL', 'HANG', 'EMPTY-500']) {
      const text = await api.simulator.query([`SIMULATOR-FAULT-${kind}-1-other`], START, START);
      expect(text).toContain(`"pulseId":${START}`);
    }
    expect(await told('FAULT-NO-FINAL-1-other')).toEqual([50]);
  });
});

/** A reply that does not end, up to so many frames. */
async function beginning(name: string, frames: number, more = {}): Promise<unknown[]> {
  const url = new URL('/api/4/events', api.simulator.url);
  const range = { begNs: timestampOf(START), endNs: timestampOf(START + 100) };
  const parameters = { backend: 'sf-databuffer', channelName: name, ...range, ...more };
  for (const [key, value] of Object.entries(parameters)) url.searchParams.set(key, String(value));
  const call = get(url, { headers: { accept: 'application/cbor-framed' } });
  const [reply] = (await once(call, 'response')) as [IncomingMessage];
  let body = Buffer.alloc(0);
  let found: unknown[] = [];
  for await (const chunk of reply) {
    body = Buffer.concat([body, chunk as Buffer]);
    found = cborFrames(body).map((map) => (map.tss as [] | undefined)?.length ?? map);
    if (found.length >= frames) break;
  }
  call.destroy();
  return found.slice(0, frames);
}

/** Makes sure that a question has no answer yet when a later one has; then leaves. */
async function expectLate(path: string): Promise<void> {
  const leave = new AbortController();
  const late = fetch(api.simulator.url + path, { signal: leave.signal }).then(() => 'late');
  const other = ask('PULSE-ID').then(() => 'other');
  expect(await Promise.race([late, other])).toBe('other');
  leave.abort();
  await expect(late).rejects.toThrow('aborted');
}

describe('late channels', () => {
  it('HANG has half of it, then nothing but keepalives', async () => {
    const found = await beginning('SIMULATOR-FAULT-HANG-1', 4, { contentTimeout: '5ms' });
    expect(found).toEqual([50, KEEPALIVE, KEEPALIVE, KEEPALIVE]);
  });

  it('STALL has half of a frame, then nothing', async () => {
    const url = `${api.simulator.url}/api/4/events?backend=sf-databuffer`;
    const range = `begNs=${timestampOf(START)}&endNs=${timestampOf(START + 100)}`;
    const leave = new AbortController();
    const { body } = await fetch(`${url}&channelName=SIMULATOR-FAULT-STALL-1&${range}`, {
      headers: { accept: 'application/cbor-framed' },
      signal: leave.signal,
    });
    const reader = body!.getReader();
    expect((await reader.read()).value!.length).toBeGreaterThan(1000);
    const more = reader.read();
    const answered = ask('PULSE-ID').then(() => 'answered');
    expect(await Promise.race([more, answered])).toBe('answered');
    leave.abort();
    await expect(more).rejects.toThrow('aborted');
  });

  it('SLOW trickles row by row, with keepalives between, and is whole at last', async () => {
    const few = { endNs: timestampOf(START + 2), contentTimeout: '20ms' };
    expect(await told('SLOW-50-1', few)).toEqual([
      ...[KEEPALIVE, KEEPALIVE, 1, KEEPALIVE, KEEPALIVE, 1],
      FINAL,
    ]);
    expect(await told('SLOW-0-1', few)).toEqual([1, 1, FINAL]);
  });

  it('LATENCY begins late, unless the client goes', async () => {
    expect(await told('LATENCY-5-1')).toEqual([100, FINAL]);
    const query = `backend=sf-databuffer&channelName=SIMULATOR-LATENCY-60000-1`;
    const range = `begNs=${timestampOf(START)}&endNs=${timestampOf(START + 77)}`;
    await expectLate(`/api/4/events?${query}&${range}`);
    await vi.waitFor(() => {
      expect(api.simulator.events).toContainEqual({
        message: 'query abandoned by the client',
        fields: expect.objectContaining({ bytes: 0, stop_pulse_id: START + 76 }) as object,
      });
    });
  });
});

describe('faulty paths', () => {
  const map = async (faults: string) =>
    (await api.get(`/faults/${faults}/api/4/map/pulse/sf-databuffer/${START}`)).status;

  it('find no time of a pulse at first, or fail, each path on its own', async () => {
    const faults = 'map-204-2,map-500-1';
    const statuses = [];
    for (let ask = 0; ask < 4; ask++) statuses.push(await map(faults));
    expect(statuses).toEqual([204, 204, 500, 200]);
    expect(await map(`${faults},again`)).toBe(204);
    expect(await map('none')).toBe(200);
  });

  it('have an empty body then, and all else as ever', async () => {
    const failed = await api.get(`/faults/map-500-1/api/4/map/pulse/${START}`);
    expect(failed).toMatchObject({ status: 500, text: '' });
    expect((await api.get('/faults/map-500-1/api/4/backend/list')).status).toBe(200);
  });

  it('make every reply late', async () => {
    expect((await api.get('/faults/latency-5/api/4/backend/list')).status).toBe(200);
    await expectLate('/faults/latency-60000/api/4/backend/list');
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { BinaryReplyReader } from '../binary/reply-reader.js';
import { RecordingSink } from '../json/recording-sink.fixture.js';
import { globalMillisOf, globalSecondsOf } from './pulse-clock.js';
import { type RunningSimulator, startSimulator } from './simulator.fixture.js';

const START = 21_000_000_000;
const COUNTER = 'SIMULATOR-PULSE-ID';

let simulator: RunningSimulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.app.close());
afterEach(() => void vi.unstubAllEnvs());

interface Asked {
  readonly channels?: readonly unknown[];
  readonly range?: object;
  readonly [more: string]: unknown;
}

const pulses = { startPulseId: START + 2, endPulseId: START + 6 };
const body = ({ channels = [COUNTER], range = {}, ...more }: Asked) => ({
  channels,
  range: { ...pulses, ...range },
  ...more,
});

async function json<T>(path: string, asked: unknown): Promise<T> {
  const { status, text } = await simulator.post(path, asked);
  if (status !== 200) throw new Error(`${status}: ${text}`);
  return JSON.parse(text) as T;
}

async function pulseIds(asked: object): Promise<number[]> {
  const [{ data }] = await json<{ data: { pulseId: number }[] }[]>('/query', asked);
  return data.map(({ pulseId }) => pulseId - START);
}

describe('the points of a reply', () => {
  it.each<[string, Asked, number[]]>([
    ['nothing said', {}, [2, 3, 4, 5, 6]],
    ['ordering asc', { ordering: 'asc' }, [2, 3, 4, 5, 6]],
    ['ordering none', { ordering: 'none' }, [2, 3, 4, 5, 6]],
    ['ordering desc', { ordering: 'desc' }, [6, 5, 4, 3, 2]],
    ['the start not included', { range: { startInclusive: false } }, [3, 4, 5, 6]],
    ['the end not included', { range: { endInclusive: false } }, [2, 3, 4, 5]],
    ['expansions', { range: { startExpansion: true, endExpansion: true } }, [1, 2, 3, 4, 5, 6, 7]],
    [
      'expansions of a slow channel',
      { channels: ['SIMULATOR-10HZ'], range: { startExpansion: true, endExpansion: true } },
      [0, 10],
    ],
    [
      'expansions over a gap, descending',
      {
        channels: ['SIMULATOR-GAPS'],
        ordering: 'desc',
        range: {
          startPulseId: START + 43,
          endPulseId: START + 49,
          startExpansion: true,
          endExpansion: true,
        },
      },
      [50, 42],
    ],
    [
      'one pulse, its ends not included',
      {
        range: {
          startPulseId: START,
          endPulseId: START,
          startInclusive: false,
          endInclusive: false,
        },
      },
      [],
    ],
    [
      'nothing done to them',
      {
        aggregation: null,
        mapping: null,
        valueTransformations: [],
        response: { format: 'json', compression: 'none' },
      },
      [2, 3, 4, 5, 6],
    ],
  ])('with %s', async (_what, asked, expected) => {
    expect(await pulseIds(body(asked))).toEqual(expected);
  });

  it.each([
    ['text', globalSecondsOf],
    ['numbers', (pulseId: number) => globalMillisOf(pulseId) / 1000],
    ['dates in UTC', (pulseId: number) => isoOf(pulseId, 'Z')],
    ['dates without offset', (pulseId: number) => isoOf(pulseId, '')],
  ])('between two times: %s', async (what, timeOf) => {
    vi.stubEnv('TZ', 'UTC');
    const [start, end] = [timeOf(START + 2), timeOf(START + 5)];
    const range = what.startsWith('dates')
      ? { startDate: start, endDate: end }
      : { startSeconds: start, endSeconds: end };
    const expected = what === 'text' ? [2, 3, 4, 5] : [2, 3, 4];
    expect(await pulseIds({ channels: [COUNTER], range })).toEqual(expected);
    expect(
      await pulseIds({ channels: [COUNTER], range: { ...range, startInclusive: false } }),
    ).toEqual(what === 'text' ? [3, 4, 5] : [2, 3, 4]);
  });

  it('dates without offset are in the zone of the server', async () => {
    vi.stubEnv('TZ', 'America/New_York');
    const range = { startDate: '2026-08-27T09:20:00', endDate: '2026-08-27T09:20:00.02' };
    expect(await pulseIds({ channels: [COUNTER], range })).toEqual([0, 1]);
  });

  it('has all fields that there are', async () => {
    const { text } = await simulator.post('/query', {
      channels: [COUNTER],
      range: { startPulseId: START + 7, endPulseId: START + 7 },
      fields: [
        ...['backend', 'channel', 'eventCount', 'globalDate', 'globalMillis', 'globalSeconds'],
        ...['iocDate', 'iocMillis', 'iocSeconds', 'pulseId', 'severity', 'shape', 'status', 'type'],
        'value',
      ],
    });
    const date = '2026-08-27T15:20:00.070000007+02:00';
    expect(JSON.parse(text)).toEqual([
      {
        channel: { name: COUNTER, backend: 'sf-databuffer' },
        data: [
          {
            backend: 'sf-databuffer',
            channel: COUNTER,
            eventCount: 1,
            globalDate: date,
            globalMillis: 1787836800070,
            globalSeconds: '1787836800.070000007',
            iocDate: date,
            iocMillis: 1787836800070,
            iocSeconds: '1787836800.070000007',
            pulseId: START + 7,
            severity: 0,
            shape: [1],
            status: 0,
            type: 'int64',
            value: START + 7,
          },
        ],
      },
    ]);
  });

  it('have configs where their fields are asked for', async () => {
    const configFields = ['backend', 'channel', 'modulo', 'offset', 'source', 'type', 'shape'];
    const asked = body({ channels: ['SIMULATOR-10HZ'], configFields });
    const [{ configs }] = await json<{ configs: object[] }[]>('/query', asked);
    expect(configs).toEqual([
      {
        backend: 'sf-databuffer',
        channel: 'SIMULATOR-10HZ',
        modulo: 10,
        offset: 0,
        source: 'simulator',
        type: 'float64',
        shape: [1],
      },
    ]);
  });
});

function isoOf(pulseId: number, offset: string): string {
  return new Date(globalMillisOf(pulseId)).toISOString().replace('Z', offset);
}

describe('what the simulator does not do', () => {
  it.each<[string, Asked, string]>([
    ['aggregation', { aggregation: { aggregationType: 'value' } }, 'aggregation is not done here'],
    ['mapping', { mapping: { incomplete: 'fill-null' } }, 'mapping is not done here'],
    ['transformations', { valueTransformations: [{ pattern: '.*' }] }, 'valueTransformations'],
    ['csv', { response: { format: 'csv' } }, 'response.format must be json, not "csv"'],
    ['gzip', { response: { compression: 'gzip' } }, 'response.compression must be none'],
    ['another ordering', { ordering: 'random' }, 'ordering must be none or asc or desc'],
    ['a flag of text', { range: { startInclusive: 'false' } }, 'range.startInclusive must be true'],
    ['an unknown key', { limit: 5 }, 'limit is not done here'],
    ['an unknown key of the range', { range: { startOffset: 1 } }, 'range.startOffset'],
    ['an unknown key of a channel', { channels: [{ name: 'A', unit: 'V' }] }, 'channels[0].unit'],
    ['an unknown key of the response', { response: { zip: true } }, 'response.zip'],
    ['two ranges in one', { range: { startSeconds: 1, endSeconds: 2 } }, 'range must have'],
    ['fields twice', { fields: ['value'], eventFields: ['value'] }, 'give one of them'],
    ['an unknown field', { fields: ['colour'] }, 'fields has "colour"'],
    ['an unknown config field', { configFields: ['colour'] }, 'configFields has "colour"'],
  ])('is refused by name: %s', async (_what, asked, message) => {
    for (const path of ['/query', '/api/1/query']) {
      const { status, text } = await simulator.post(path, body(asked));
      expect(JSON.parse(text)).toEqual({
        status: 400,
        message: expect.stringContaining(message),
        requestId: expect.stringMatching(/^[\da-f-]{36}$/),
      });
      expect(status).toBe(400);
    }
  });
});

describe('channels', () => {
  it.each([
    [{ regex: '10HZ' }, ['SIMULATOR-10HZ', 'SIMULATOR-WAVEFORM-10HZ'], []],
    [
      { regex: '^SIMULATOR-(10|25)HZ$', ordering: 'desc', reload: true },
      ['SIMULATOR-25HZ', 'SIMULATOR-10HZ'],
      [],
    ],
    [{ regex: '-SMALL:' }, [], ['SIMULATOR-CAMERA-SMALL:FPICTURE']],
  ])('are named by backend: %j', async (asked, data, images) => {
    expect(await json('/channels', asked)).toEqual([
      { backend: 'sf-databuffer', channels: data },
      { backend: 'sf-imagebuffer', channels: images },
    ]);
  });

  it('are described, of one backend', async () => {
    const asked = { regex: 'SMALL', backends: ['sf-imagebuffer'], sourceRegex: 'sim' };
    expect(await json('/channels/config', asked)).toEqual([
      {
        backend: 'sf-imagebuffer',
        channels: [
          {
            name: 'SIMULATOR-CAMERA-SMALL:FPICTURE',
            backend: 'sf-imagebuffer',
            source: 'simulator',
            type: 'uint16',
            shape: [160, 120],
            description: 'a small camera',
          },
        ],
      },
    ]);
  });

  it.each([
    ['/channels', { regex: '(' }, 'regex must be a regular expression'],
    ['/channels', { sourceRegex: 'a' }, 'sourceRegex is not done here'],
    ['/channels/config', { backends: [5] }, 'backends must be a list of names'],
  ])('are refused at %s with %j', async (path, asked, message) => {
    const { status, text } = await simulator.post(path, asked);
    expect({ status, text }).toEqual({ status: 400, text: expect.stringContaining(message) });
  });

  it.each([
    ['backends', ['sf-databuffer', 'sf-imagebuffer']],
    ['aggregations', []],
    ['compression', ['none']],
    ['configfields', expect.arrayContaining(['type', 'shape', 'unit'])],
    ['eventfields', expect.arrayContaining(['channel', 'iocMillis', 'value'])],
    ['ordering', ['none', 'asc', 'desc']],
    ['responseformat', ['json']],
  ])('are asked for with parameters of which there are: %s', async (kind, names) => {
    expect(await (await fetch(`${simulator.url}/params/${kind}`)).json()).toEqual(names);
  });
});

describe('the binary protocol below /api/1', () => {
  it.each(['application/octet-stream', '*/*'])('is spoken to who accepts %s', async (accept) => {
    const reply = await fetch(`${simulator.url}/api/1/query`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept },
      body: JSON.stringify(body({ channels: ['SIMULATOR-NULLS'], ordering: 'desc' })),
    });
    expect(reply.headers.get('content-type')).toBe('application/octet-stream');
    const sink = new RecordingSink();
    const reader = new BinaryReplyReader({ channels: ['SIMULATOR-NULLS'] }, sink);
    reader.push(Buffer.from(await reply.arrayBuffer()));
    expect(reader.end()).toMatchObject({ rows: 5 });
    const id = reply.headers.get('x-daqbuffer-request-id');
    const status = await fetch(`${simulator.url}/api/1/requestStatus/${id}`);
    expect(await status.json()).toEqual({ state: 'done' });
  });

  it('is all that is spoken there', async () => {
    const reply = await fetch(`${simulator.url}/api/1/query`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(body({})),
    });
    expect(reply.status).toBe(400);
    expect(await reply.json()).toMatchObject({
      message: expect.stringContaining('Accept must allow application/octet-stream'),
    });
  });

  it('has no value of 0 bytes: nulls are left out', async () => {
    const range = { startPulseId: START, endPulseId: START + 9 };
    const reply = await fetch(`${simulator.url}/api/1/query`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ channels: ['SIMULATOR-NULLS'], range }),
    });
    const sink = new RecordingSink();
    const reader = new BinaryReplyReader({ channels: ['SIMULATOR-NULLS'] }, sink);
    reader.push(Buffer.from(await reply.arrayBuffer()));
    reader.end();
    expect(sink.channel('SIMULATOR-NULLS').rows.map(({ present }) => present)).toEqual(
      Array.from({ length: 9 }, () => 1),
    );
  });
});

it('a query may name 50,000 channels, however long their names are', async () => {
  const unknown = Array.from({ length: 50_000 }, (_, n) => `${n}`.padEnd(255, '-'));
  expect(await pulseIds({ channels: [COUNTER, ...unknown], range: pulses })).toHaveLength(5);
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CATALOGUE, findChannel, UNKNOWN_CHANNEL } from './catalogue.js';
import { type SimulatedValue, valueAt } from './channel-value.js';
import {
  type RepliedPoint,
  type RunningSimulator,
  parseReply,
  startSimulator,
} from './simulator.fixture.js';
import type { SimulatedChannel } from './simulated-channel.js';

const START = 21_000_000_000;

let simulator: RunningSimulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.app.close());

async function points(channel: string, start: number, end: number): Promise<RepliedPoint[]> {
  return parseReply(await simulator.query([channel], start, end))[0].data;
}

describe('query', () => {
  it('replies data, configs, channel from the data buffer', async () => {
    const text = await simulator.query(['SIMULATOR-PULSE-ID'], START, START);
    expect(text).toBe(
      '[{"data":[{"pulseId":21000000000,"globalDate":"2026-08-27T15:20:00.000000000+02:00",' +
        '"value":21000000000,"shape":[1]}],"configs":[{"type":"int64","shape":[1]}],' +
        '"channel":{"name":"SIMULATOR-PULSE-ID","backend":"sf-databuffer"}}]',
    );
  });

  it('replies configs, channel, data from the image buffer', async () => {
    const text = await simulator.query(['SIMULATOR-CAMERA-SMALL:FPICTURE'], START, START + 4);
    expect(text).toMatch(
      /^\[\{"configs":\[\{"type":"uint16","shape":\[160,120\]\}\],"channel":\{"name":"SIMULATOR-CAMERA-SMALL:FPICTURE","backend":"sf-imagebuffer"\},"data":\[\{"pulseId":21000000000,"globalDate":"[^"]+","value":\[\d+(,\d+){19199}\],"shape":\[160,120\]\},\{"pulseId":21000000004,.*\]\}\]$/,
    );
  });

  it('sends every channel of the catalogue as valueAt computes it, in one list', async () => {
    const small = CATALOGUE.filter(({ name }) => name !== 'SIMULATOR-CAMERA:FPICTURE');
    const text = await simulator.query(
      small.map(({ name, backend }) => ({ name, backend })),
      START + 40,
      START + 60,
    );
    const reply = parseReply(text);
    expect(reply.map(({ channel }) => channel.name)).toEqual(small.map(({ name }) => name));
    for (const [index, channel] of small.entries()) {
      const { data, configs } = reply[index];
      expect(configs).toEqual([{ type: channel.type, shape: channel.shape }]);
      const pulses = Array.from({ length: 21 }, (_, i) => START + 40 + i).filter(
        (id) => valueAt(channel, id) !== undefined,
      );
      expect(data.map(({ pulseId }) => pulseId)).toEqual(pulses);
      const wrong = data.filter(
        ({ pulseId, value }) => !isTruth(value, valueAt(channel, pulseId)!, channel),
      );
      expect({ channel: channel.name, wrong }).toEqual({ channel: channel.name, wrong: [] });
    }
  });

  it('sends pictures of megapixels whole', async () => {
    const camera = findChannel('SIMULATOR-IMAGE-UINT16-1280X1024-1:FPICTURE')!;
    const text = await simulator.query([camera.name], START, START + 1);
    const [{ data }] = JSON.parse(text) as { data: { value: number[] }[] }[];
    const [first, second] = data.map(({ value }) => Buffer.from(Uint16Array.from(value).buffer));
    expect(first).toHaveLength(1280 * 1024 * 2);
    expect(first.equals(bytesAt(camera, START))).toBe(true);
    expect(second.equals(bytesAt(camera, START + 1))).toBe(true);
    expect(second.equals(first)).toBe(false);
  });

  it('gives the same points whatever the range they are asked in', async () => {
    for (const name of [
      'SIMULATOR-SCALAR-FLOAT64-7',
      'SIMULATOR-WAVEFORM-FLOAT32-100-7',
      'SIMULATOR-GAPS',
    ]) {
      const whole = await points(name, START, START + 299);
      const pieces = [
        ...(await points(name, START, START + 100)),
        ...(await points(name, START + 101, START + 299)),
      ];
      expect(pieces).toEqual(whole);
    }
  });

  it('tells channels and pulses apart', async () => {
    const one = await points('SIMULATOR-SCALAR-FLOAT64-1', START, START + 99);
    const two = await points('SIMULATOR-SCALAR-FLOAT64-2', START, START + 99);
    expect(new Set([...one, ...two].map(({ value }) => value)).size).toBe(200);
  });

  it.each([
    ['SIMULATOR-SCALAR-INT8-1', 1000],
    ['SIMULATOR-50HZ', 500],
    ['SIMULATOR-25HZ', 250],
    ['SIMULATOR-10HZ', 100],
    ['SIMULATOR-1HZ', 10],
    ['SIMULATOR-GAPS', 860],
    ['SIMULATOR-NO-DATA', 0],
  ])('%s has %i points in ten seconds', async (name, count) => {
    expect(await points(name, START + 1, START + 1000)).toHaveLength(count);
  });

  it('replies an empty list of data for a channel without data', async () => {
    const text = await simulator.query(['SIMULATOR-NO-DATA'], START, START + 10);
    expect(text).toContain('{"data":[],"configs":[{"type":"float64","shape":[1]}]');
  });

  it('leaves out channels that it does not know, and those of another backend', async () => {
    const text = await simulator.query(
      [
        UNKNOWN_CHANNEL,
        { name: 'SIMULATOR-CAMERA-SMALL:FPICTURE', backend: 'sf-databuffer' },
        'SIMULATOR-SCALAR-FLOAT99-1',
        'SIMULATOR-WAVEFORM-INT8-0-1',
        'SIMULATOR-1HZ',
      ],
      START,
      START,
    );
    expect(parseReply(text).map(({ channel }) => channel.name)).toEqual(['SIMULATOR-1HZ']);
    expect(await simulator.query([UNKNOWN_CHANNEL], START, START)).toBe('[]');
  });

  it('keeps every digit of integers beyond 2^53', async () => {
    const signed = await simulator.query(['SIMULATOR-INT64-EXTREMES'], START, START + 4);
    for (const digits of ['-9223372036854775808', '9223372036854775807', '9007199254740993']) {
      expect(signed).toContain(`"value":${digits},`);
    }
    const unsigned = await simulator.query(['SIMULATOR-UINT64-EXTREMES'], START, START + 3);
    expect(unsigned).toContain('"value":18446744073709551615,');
  });

  it('writes NaN and infinities bare or in quotes', async () => {
    const bare = await simulator.query(['SIMULATOR-FLOAT64-NAN'], START, START + 2);
    const quoted = await simulator.query(['SIMULATOR-FLOAT64-NAN-QUOTED'], START, START + 2);
    for (const word of ['NaN', 'Infinity', '-Infinity']) {
      expect(bare).toContain(`"value":${word},`);
      expect(quoted).toContain(`"value":"${word}",`);
    }
  });

  it('answers for the fields that were asked for', async () => {
    const ask = (eventFields: string[]) =>
      simulator.post('/query', {
        channels: ['SIMULATOR-PULSE-ID'],
        range: { startPulseId: 7, endPulseId: 7 },
        eventFields,
        configFields: ['name'],
      });
    expect((await ask(['pulseId', 'globalSeconds'])).text).toContain(
      '{"data":[{"pulseId":7,"globalSeconds":"1577836800.070000007"}],"configs":[{"name":"SIMULATOR-PULSE-ID"}]',
    );
    expect((await ask(['value'])).text).toContain('[{"value":7}]');
    expect((await ask(['shape'])).text).toContain('[{"shape":[1]}]');
    expect((await ask(['channel'])).text).toContain('[{"channel":"SIMULATOR-PULSE-ID"}]');
  });

  it('finds the same pulses by the seconds of a mapping and by dates', async () => {
    const range = { startPulseId: START + 3, endPulseId: START + 11 };
    const mapped = await simulator.post('/query/mapping', { range });
    const [{ start, end }] = JSON.parse(mapped.text) as Record<string, Record<string, string>>[];
    expect(start.globalSeconds).toBe('1787836800.030000003');
    const expected = await points('SIMULATOR-PULSE-ID', START + 3, START + 11);
    const ranges = [
      { startSeconds: start.globalSeconds, endSeconds: end.globalSeconds },
      { startDate: expected[0].globalDate, endDate: expected[8].globalDate },
    ];
    for (const range of ranges) {
      const { text } = await simulator.post('/query', { channels: ['SIMULATOR-PULSE-ID'], range });
      expect(parseReply(text)[0].data).toEqual(expected);
    }
  });

  it('refuses what it can not answer, and names every field', async () => {
    const refused = await simulator.post('/query', {
      channels: [{ backend: 'sf-databuffer' }],
      range: { startPulseId: 5, endPulseId: 4.5 },
      response: { format: 'csv' },
      eventFields: ['colour'],
    });
    expect(refused.status).toBe(400);
    const { status, message } = JSON.parse(refused.text) as Record<string, unknown>;
    expect(status).toBe(400);
    for (const field of ['channels[0].name', 'range.endPulseId', 'response.format', '"colour"']) {
      expect(message).toContain(field);
    }
  });

  it.each([
    ['broken JSON', '{"channels": [', 400, 'JSON'],
    ['no range', '{"channels":["A"]}', 400, 'range must have startPulseId and endPulseId'],
    ['a list', '[]', 400, 'body must be a JSON object'],
    ['an end before the start', bodyOf(['A'], 5, 4), 400, 'range.endPulseId lies before'],
    ['no channel', bodyOf([], 5, 5), 400, 'channels must be a list'],
    ['a pulse id beyond 2^53', bodyOf(['A'], 5, 2 ** 54), 400, 'range.endPulseId'],
    ['32 MiB', bodyOf(['A'.repeat(2 ** 25)], 5, 5), 413, 'too large'],
  ])('answers %s with an object that says so', async (_, body, status, words) => {
    const reply = await simulator.post('/query', body);
    expect(reply.status).toBe(status);
    expect(JSON.parse(reply.text)).toEqual({
      status,
      message: expect.stringContaining(words) as string,
      requestId: expect.any(String) as string,
    });
  });

  it('answers other content types and paths with such an object, too', async () => {
    for (const [path, status] of [
      ['/query', 400],
      ['/nothing', 404],
    ] as const) {
      const reply = await fetch(simulator.url + path, { method: 'POST', body: 'x' });
      expect(reply.status).toBe(status);
      expect(await reply.json()).toEqual({
        status,
        message: expect.any(String) as string,
        requestId: expect.any(String) as string,
      });
    }
  });
});

describe('channels', () => {
  it('lists the catalogue', async () => {
    const reply = await fetch(`${simulator.url}/channels`);
    const list = (await reply.json()) as { name: string }[];
    expect(list).toHaveLength(CATALOGUE.length);
    expect(list).toContainEqual({
      name: 'SIMULATOR-10HZ',
      backend: 'sf-databuffer',
      type: 'float64',
      shape: [1],
      rate: 10,
      description: 'every tenth pulse',
    });
    expect(list.map(({ name }) => findChannel(name)?.name)).toEqual(list.map(({ name }) => name));
  });
});

function bodyOf(channels: string[], startPulseId: number, endPulseId: number): string {
  return JSON.stringify({ channels, range: { startPulseId, endPulseId } });
}

function bytesAt(channel: SimulatedChannel, pulseId: number): Buffer {
  return Buffer.from((valueAt(channel, pulseId) as Uint16Array).buffer);
}

/** Whether a value of a reply, read by the rules of its type, is the computed one to the last bit. */
function isTruth(replied: unknown, truth: SimulatedValue, channel: SimulatedChannel): boolean {
  const elements = Array.isArray(replied) ? (replied as unknown[]) : [replied];
  const expected =
    typeof truth === 'object' && truth !== null ? Array.from<unknown>(truth as never) : [truth];
  return (
    elements.length === expected.length &&
    elements.every((element, index) => Object.is(read(element, channel), plain(expected[index])))
  );
}

function read(element: unknown, { type }: SimulatedChannel): unknown {
  if (element === null || type === 'string') return element;
  if (type === 'bool') return Number(element);
  if (type.endsWith('int64')) return BigInt(element as string);
  return type === 'float32' ? Math.fround(Number(element)) : Number(element);
}

function plain(value: unknown): unknown {
  return typeof value === 'boolean' ? Number(value) : value;
}

import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { valueAt } from '../channel-value.js';
import { pulseIdAt, timestampOf } from '../pulse-clock.js';
import { hasPoint, isScalar } from '../simulated-channel.js';
import { Api4Fixture } from './api4.fixture.js';
import { type Api4Channel, lengthAt, scalarTypeOf, timeOf } from './api4-channel.js';
import { API4_CATALOGUE, findApi4Channel } from './channels.js';
import { cborFrames, jsonFrames } from './decode.fixture.js';
import { dateText } from './moments.js';

const START = pulseIdAt(Date.UTC(2025, 5, 1));
/** More than one batch of some. */
const PULSES = 10;
const FINAL = { rangeFinal: true };
const VECTORS = API4_CATALOGUE.filter(({ shape }) => shape.length < 2);

let api: Api4Fixture;
beforeAll(async () => {
  api = await Api4Fixture.start();
});
afterAll(() => api.close());

interface Data {
  readonly scalar_type: string;
  readonly tss: readonly (number | bigint)[];
  readonly pulses?: readonly number[];
  readonly values: readonly unknown[];
  readonly valuestrings?: readonly string[];
}

/** Pulses at which a channel has a value. */
function pulsesOf(channel: Api4Channel, first = START, count = PULSES): number[] {
  return Array.from({ length: count }, (_, i) => first + i).filter(
    (id) => hasPoint(channel, id) && valueAt(channel, id) !== null,
  );
}

/** What the channel has at a pulse, as CBOR has it. */
function truth(channel: Api4Channel, pulseId: number): unknown {
  const value = valueAt(channel, pulseId);
  if (isScalar(channel)) return exact(value);
  const elements = Array.from(value as ArrayLike<unknown>).slice(0, lengthAt(channel, pulseId));
  return elements.map((each) => (channel.type === 'bool' ? each === 1 : exact(each)));
}

/** Integers that fit are numbers. */
function exact(value: unknown): unknown {
  return typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/** As a server writes it that has no NaN in JSON. */
function inJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inJson);
  return typeof value === 'number' && !Number.isFinite(value) ? null : value;
}

async function frames(name: string, first = START, count = PULSES, more = {}) {
  const { status, headers, body } = await api.events(name, first, count, more);
  expect(status).toBe(200);
  expect(headers).toMatchObject({ 'content-type': 'application/cbor-framed' });
  return cborFrames(body);
}

describe('framed CBOR', () => {
  it.each(VECTORS)('has $name as it is simulated', async (channel) => {
    const maps = (await frames(channel.name)) as unknown as Data[];
    const pulses = pulsesOf(channel);
    expect(maps.pop()).toEqual(FINAL);
    for (const map of maps) {
      expect(Object.keys(map)).toEqual(Object.keys(map).sort());
      expect(map.scalar_type).toBe(scalarTypeOf(channel));
      expect(map.pulses === undefined).toBe(channel.behindPulse !== undefined);
      expect(map.valuestrings === undefined).toBe(channel.enumNames === undefined);
    }
    expect(maps.flatMap(({ tss }) => tss)).toEqual(pulses.map((id) => timeOf(channel, id)));
    expect(maps.flatMap((map) => map.pulses ?? pulses)).toEqual(pulses);
    expect(maps.flatMap(({ values }) => values)).toEqual(pulses.map((id) => truth(channel, id)));
    const { enumNames = [] } = channel;
    expect(maps.flatMap(({ valuestrings = [] }) => valuestrings)).toEqual(
      enumNames.length === 0 ? [] : pulses.map((id) => enumNames[valueAt(channel, id) as number]),
    );
  });

  it('has long ranges in batches, in order', async () => {
    const maps = await frames('SIMULATOR-SCALAR-INT64-5', START, 2500);
    expect(maps.map(({ tss }) => (tss as [])?.length)).toEqual([1000, 1000, 500, undefined]);
    const waveforms = await frames('SIMULATOR-WAVEFORM-FLOAT64-20000-5', START, 3);
    expect(waveforms.map(({ tss }) => (tss as [])?.length)).toEqual([1, 1, 1, undefined]);
    expect(waveforms.slice(0, 3).flatMap(({ values }) => values)).toEqual(
      [0, 1, 2].map((i) =>
        truth(findApi4Channel('SIMULATOR-WAVEFORM-FLOAT64-20000-5', 'sf-databuffer')!, START + i),
      ),
    );
  });

  it('is not final where the range lies ahead, and has nothing of it', async () => {
    const now = pulseIdAt();
    const maps = (await frames('SIMULATOR-PULSE-ID', now - 100, 100_000)) as unknown as Data[];
    expect(maps).not.toContainEqual(FINAL);
    const pulses = maps.flatMap((map) => map.pulses!);
    expect(pulses[0]).toBe(now - 100);
    expect(pulses.at(-1)).toBeLessThanOrEqual(pulseIdAt());
    expect(pulses.length).toBeGreaterThan(100);
  });

  it.each([
    [{}, [0, 1, 2]],
    [{ begExcl: 'true' }, [1, 2]],
    [{ begExcl: '1' }, [0, 1, 2]],
    [{ oneBeforeRange: 'true' }, [-1, 0, 1, 2]],
    [{ endNs: timestampOf(START + 2) + 1n }, [0, 1, 2]],
    [{ begNs: timestampOf(START) + 1n }, [1, 2]],
    [{ begNs: timestampOf(START + 3), oneBeforeRange: 'true' }, [2]],
    [{ contentTimeout: '8' }, [0, 1, 2]],
  ])('has of a range with %o the pulses %o', async (more, expected) => {
    const maps = (await frames('SIMULATOR-PULSE-ID', START, 3, more)) as unknown as Data[];
    expect(maps.slice(0, -1).flatMap(({ pulses }) => pulses)).toEqual(
      expected.map((i) => START + i),
    );
    expect(maps.at(-1)).toEqual(FINAL);
  });

  it('takes dates, of any zone, and times ago', async () => {
    const [begin, end] = [timestampOf(START), timestampOf(START + 2)];
    const parameters = { backend: 'sf-databuffer', channelName: 'SIMULATOR-PULSE-ID' };
    const east = dateText(begin + 7_200_000_000_000n).replace('Z', '+02:00');
    const dates = { ...parameters, begDate: east, endDate: dateText(end) };
    const { body } = await api.get('/events', dates, 'application/cbor-framed');
    expect(cborFrames(body)[0].values).toEqual([START, START + 1]);
    const ago = { ...parameters, begDate: '1m 2s ago', endDate: '62s ago' };
    const empty = await api.get('/events', ago, 'application/cbor-framed');
    expect(cborFrames(empty.body)).toEqual([FINAL]);
  });

  it('waits for a client that does not read', async () => {
    const url = new URL('/api/4/events', api.simulator.url);
    const range = { begNs: timestampOf(START), endNs: timestampOf(START + 1_000_000) };
    const name = 'SIMULATOR-WAVEFORM-FLOAT64-1024-1';
    for (const [key, value] of Object.entries({
      backend: 'sf-databuffer',
      channelName: name,
      ...range,
    }))
      url.searchParams.set(key, String(value));
    const call = get(url, { headers: { accept: 'application/cbor-framed' } });
    const [reply] = (await once(call, 'response')) as [IncomingMessage];
    reply.pause();
    await frames('SIMULATOR-WAVEFORM-FLOAT64-1024-2', START, 1000);
    const gone = once(reply, 'close');
    call.destroy();
    await gone.catch(() => undefined);
    const abandoned = await vi.waitFor(() => {
      const event = api.simulator.events.find(
        ({ message }) => message === 'query abandoned by the client',
      );
      expect(event).toBeDefined();
      return event!;
    }, 10_000);
    expect(abandoned.fields.stop_pulse_id).toBe(START + 999_999);
    expect(abandoned.fields.bytes).toBeLessThan(20e6);
  });
});

/** Columns of an object of JSON, as CBOR has them. */
function columns(text: string) {
  const json = JSON.parse(text.replaceAll(/(?<=[[,])(-?\d{16,})(?=[,\]])/g, '"$1"')) as Record<
    string,
    number & number[]
  >;
  const { tsAnchor, tsMs, tsNs, pulseAnchor, pulseOff, values, ...rest } = json;
  if (pulseOff) expect(pulseAnchor % 10_000).toBe(0);
  return {
    tss: tsMs.map(
      (ms, i) => BigInt(tsAnchor) * 10n ** 9n + BigInt(ms) * 10n ** 6n + BigInt(tsNs[i]),
    ),
    pulses: pulseOff?.map((offset) => pulseAnchor + offset),
    values: values as unknown[],
    rest,
  };
}

// The values are written by the same code.
const SHORT = VECTORS.filter(({ shape: [length = 1] }) => length < 1024);

describe.each([
  { format: 'json-framed', channels: VECTORS },
  { format: 'json', channels: SHORT },
])('$format', ({ format, channels }) => {
  it.each(channels)('has $name as it is simulated', async (channel) => {
    const { status, body, headers } = await api.events(channel.name, START, PULSES, { format });
    const pulses = pulsesOf(channel);
    if (pulses.length === 0 && format === 'json') {
      expect({ status, length: body.length }).toEqual({ status: 204, length: 0 });
      return;
    }
    expect(status).toBe(200);
    expect(headers['content-type']).toBe(`application/${format}`);
    const texts = format === 'json' ? [body.toString()] : jsonFrames(body);
    if (format === 'json-framed') expect(JSON.parse(texts.pop()!)).toEqual(FINAL);
    const parts = texts.map(columns);
    const values = parts.flatMap((part) => part.values);
    expect(parts.flatMap(({ tss }) => tss)).toEqual(pulses.map((id) => timeOf(channel, id)));
    expect(parts.flatMap((part) => part.pulses ?? pulses)).toEqual(pulses);
    expect(asText(channel.type === 'float32' ? rounded(values) : values)).toEqual(
      asText(pulses.map((id) => inJson(truth(channel, id)))),
    );
    for (const { rest, ...part } of parts) {
      expect(part.pulses === undefined).toBe(channel.behindPulse !== undefined);
      expect(rest).toEqual({
        ...(channel.enumNames && {
          valuestrings: pulses.map((id) => channel.enumNames![valueAt(channel, id) as number]),
        }),
        ...(format === 'json' && FINAL),
      });
    }
  });
});

/** Nearest float32 of each number. */
function rounded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rounded);
  return typeof value === 'number' ? Math.fround(value) : value;
}

/** Integers of any size alike. */
function asText(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asText);
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : value;
}

describe('json', () => {
  it('is limited by events and by bytes, and not final then', async () => {
    const few = await api.events('SIMULATOR-PULSE-ID', START, 100, {
      format: 'json',
      eventsMax: 7,
    });
    const { pulses, rest } = columns(few.text);
    expect({ count: pulses?.length, rest }).toEqual({ count: 7, rest: {} });
    const small = await api.events('SIMULATOR-WAVEFORM-FLOAT64-1024-1', START, 10, {
      ...{ format: 'json', bytesMax: 8193 },
    });
    expect(columns(small.text).values).toHaveLength(2);
  });

  it('is what comes without an Accept header, and for any', async () => {
    const range = { begNs: timestampOf(START), endNs: timestampOf(START + 1) };
    const parameters = { backend: 'sf-databuffer', channelName: 'SIMULATOR-PULSE-ID', ...range };
    for (const accept of [undefined, '*/*', 'text/html, application/json']) {
      const { headers } = await api.get('/events', parameters, accept);
      expect(headers['content-type']).toBe('application/json');
    }
    const both = await api.get('/events', parameters, '*/*, application/cbor-framed');
    expect(both.headers['content-type']).toBe('application/cbor-framed');
    const other = await api.get('/events', parameters, 'text/html');
    expect(other).toMatchObject({ status: 500 });
    expect(other.text).toContain('unsupported accept');
  });
});

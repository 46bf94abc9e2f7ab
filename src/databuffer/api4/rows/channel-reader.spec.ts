import { describe, expect, it } from 'vitest';
import { MalformedReply, ServerError, TruncatedReply } from '../../errors.js';
import {
  array,
  batch,
  bool,
  FINAL,
  float,
  frame,
  int,
  KEEPALIVE,
  map,
  NULL,
  text,
} from '../cbor/cbor.fixture.js';
import { ChannelReader } from './channel-reader.js';
import { CHANNEL, readingContext, readReplies, valuesOf } from './read-replies.fixture.js';

const T0 = 1_528_459_491_551_143_344n;
const times = (count: number, from = T0) =>
  Array.from({ length: count }, (_, i) => from + BigInt(i) * 10_000_000n);

it('reads scalars with their times and pulse ids', () => {
  const reply = batch({
    scalar_type: 'f64',
    tss: times(3),
    pulses: [7, 8, 9],
    values: [1, 2.5, -0],
  });
  const result = readReplies([[reply, FINAL]]);
  expect(result.ends).toEqual([{ isFinal: true }]);
  expect(result.report).toEqual({
    name: 'CH',
    rows: 3,
    first_pulse_id: 7,
    last_pulse_id: 9,
    problems: [],
  });
  const { header, rows, closed } = result.channel!;
  expect(header).toEqual({ name: 'CH', type: 'float64', shape: [1] });
  expect(closed).toBe(true);
  expect(rows.map(({ pulseId }) => pulseId)).toEqual([7n, 8n, 9n]);
  expect(rows.map(({ timestamp }) => timestamp)).toEqual(times(3));
  expect(rows[0].date).toMatch(/^2018-06-08T\d\d:\d\d:51\.551143344[+-]\d\d:\d\d$/);
  expect(valuesOf(result)).toEqual([1, 2.5, -0]);
});

it.each([
  [[5, 6], 5],
  [[6, 6, 5, 5], 6],
  [[7, 6, 5, 6, 5], 6],
])('takes the first of the lengths that most rows have: of %j it is %i', (lengths, length) => {
  const values = lengths.map((count) => Array.from({ length: count }, () => 1));
  const reply = batch({ scalar_type: 'u8', tss: times(lengths.length), values });
  const { channel } = readReplies([[reply, FINAL]]);
  expect(channel!.header.shape).toEqual([length]);
  expect(channel!.rows.map(({ present }) => present)).toEqual(
    lengths.map((count) => Number(count === length)),
  );
});

it('reads waveforms, and leaves out rows of another length', () => {
  const values = [[1, 2], [3, 4], [5], [6, 7]];
  const reply = batch({ scalar_type: 'i16', tss: times(4), pulses: [1, 2, 3, 4], values });
  const result = readReplies([[reply, FINAL]]);
  expect(result.channel!.header).toEqual({ name: 'CH', type: 'int16', shape: [2] });
  expect(valuesOf(result)).toEqual([
    [1, 2],
    [3, 4],
    [0, 0],
    [6, 7],
  ]);
  expect(result.channel!.rows.map(({ present }) => present)).toEqual([1, 1, 0, 1]);
  const example = '1 elements where 2 belong';
  expect(result.report.problems).toEqual([
    { code: 'wrong_length', count: 1, first_pulse_id: 3, example },
  ]);
});

it('continues where the reply before ended', () => {
  const first = batch({ scalar_type: 'i64', tss: times(2), pulses: [1, 2], values: [10, 20] });
  const second = batch({
    scalar_type: 'i64',
    tss: times(3),
    pulses: [1, 2, 3],
    values: [10, 20, 2n ** 63n - 1n],
  });
  const result = readReplies([[first], [second, FINAL]]);
  expect(result.ends).toEqual([{ isFinal: false }, { isFinal: true }]);
  expect(valuesOf(result)).toEqual([10n, 20n, 2n ** 63n - 1n]);
  expect(result.report.problems).toEqual([]);
});

it('heeds continueAt, and passes over keepalives, empty frames and what is not known', () => {
  const continueAt = frame(map({ continueAt: text('2018-06-08T12:04:51.551143344Z') }));
  const unknown = frame(map({ weather: text('fine'), more: bool(true) }));
  const notFinal = frame(map({ rangeFinal: bool(false) }));
  const empty = [frame(map({})), Buffer.alloc(16)];
  const result = readReplies([[KEEPALIVE, ...empty, unknown, notFinal, continueAt]]);
  expect(result.ends).toEqual([{ isFinal: false, continueAt: T0 }]);
  expect(result.report.problems).toEqual([
    { code: 'unknown_frame', count: 1, example: 'a map of weather, more' },
  ]);
  expect(result.channel).toMatchObject({ header: { type: 'float64', shape: [1] }, rows: [] });
});

it('stores texts, bools and enums with their names', () => {
  const tss = times(2);
  const texts = readReplies([[batch({ scalar_type: 'string', tss, values: ['a', 'zwölf'] })]]);
  expect(valuesOf(texts)).toEqual(['a', 'zwölf']);
  const lists = readReplies([
    [
      batch({
        scalar_type: 'string',
        tss,
        values: [
          ['a', 'b'],
          ['c', 'd'],
        ],
      }),
    ],
  ]);
  expect(valuesOf(lists)).toEqual([
    ['a', 'b'],
    ['c', 'd'],
  ]);
  const bools = readReplies([[batch({ scalar_type: 'bool', tss, values: [true, false] })]]);
  expect(valuesOf(bools)).toEqual([1, 0]);
  const enums = readReplies([
    [batch({ scalar_type: 'enum', tss, values: [1, 0], valuestrings: ['ON', 'OFF'] })],
  ]);
  expect(enums.channel!.header).toEqual({
    name: 'CH',
    type: 'int16',
    shape: [1],
    isLabelled: true,
  });
  expect(valuesOf(enums)).toEqual([1, 0]);
});

describe('rows outside of what is asked for', () => {
  const lengths = (...counts: number[]) => counts.map((count) => Array<number>(count).fill(1));
  const asked = { range: { startPulseId: 3, endPulseId: 4 } };
  const inTime = { times: { start: times(3)[2], end: times(5)[4] } };

  it.each([
    ['by their pulse ids', { pulses: [1, 2, 3, 4, 5] }, asked],
    ['by their times', {}, inTime],
  ])('have no say in the shape, %s', (_how, columns, context) => {
    const rows = { scalar_type: 'u8', tss: times(5), values: lengths(9, 9, 2, 2, 9), ...columns };
    const { channel } = readReplies([[batch(rows), FINAL]], context);
    expect(channel!.header.shape).toEqual([2]);
    expect(channel!.rows.map(({ present }) => present)).toEqual([1, 1]);
  });

  it('tell it where there are no others yet', () => {
    const outside = batch({ scalar_type: 'u8', tss: times(1), pulses: [1], values: lengths(5) });
    const tss = times(2, times(4)[2]);
    const others = batch({ scalar_type: 'u8', tss, pulses: [3, 4], values: lengths(5, 5) });
    const { channel } = readReplies([[outside], [others, FINAL]], asked);
    expect(channel!.header.shape).toEqual([5]);
    expect(channel!.rows.map(({ present }) => present)).toEqual([1, 1]);
  });
});

it('marks rows without pulse ids, and drops those outside by their times', () => {
  const reply = batch({ scalar_type: 'f32', tss: times(4), values: [1, 2, 3, 4] });
  const [, second, , fourth] = times(4);
  const result = readReplies([[reply, FINAL]], { times: { start: second, end: fourth } });
  expect(valuesOf(result)).toEqual([2, 3]);
  expect(result.channel!.rows.map(({ pulseId }) => pulseId)).toEqual([-1n, -1n]);
  expect(result.report).toEqual({
    name: 'CH',
    rows: 2,
    problems: [
      { code: 'outside_range_dropped', count: 2 },
      { code: 'no_pulse_ids', count: 2 },
    ],
  });
});

it('takes null for pulse ids or names as there being none', () => {
  const tss = array(times(2).map((time) => int(time)));
  const values = array([int(1), int(2)]);
  const fields = { scalar_type: text('enum'), tss, pulses: NULL, valuestrings: NULL, values };
  const result = readReplies([[frame(map(fields)), FINAL]]);
  expect(valuesOf(result)).toEqual([1, 2]);
  expect(result.report.problems).toEqual([{ code: 'no_pulse_ids', count: 2 }]);
});

it('drops rows outside by their pulse ids, whatever their times', () => {
  const pulses = [1, 2, 3, 3, 2];
  const tss = [1, 2, 4, 4, 3];
  const reply = batch({ scalar_type: 'f32', tss, pulses, values: [1, 2, 3, 4, 5] });
  const result = readReplies([[reply, FINAL]], {
    range: { startPulseId: 2, endPulseId: 3 },
    times: { start: 100n, end: 200n },
  });
  expect(valuesOf(result)).toEqual([2, 3, 4, 5]);
  expect(result.report.problems).toEqual([
    { code: 'outside_range_dropped', count: 1, first_pulse_id: 1 },
    { code: 'duplicate_pulse_id', count: 2, first_pulse_id: 3 },
    { code: 'unordered_times', count: 1, first_pulse_id: 2 },
  ]);
});

describe('a value that does not fit', () => {
  it.each([
    ['i16', 70000, 'out_of_range', '70000 does not fit int16'],
    ['u8', -1, 'out_of_range', '-1 does not fit uint8'],
    ['u64', 2n ** 64n, 'out_of_range', 'a number of more than 64 bits does not fit uint64'],
    ['i64', 2n ** 63n, 'out_of_range', '9223372036854775808 does not fit int64'],
    ['i32', 1.5, 'not_whole', '1.5 does not fit int32'],
    ['i32', Infinity, 'not_finite', 'Infinity does not fit int32'],
    ['f64', null, 'null_value', 'null does not fit float64'],
    ['f64', 'x', 'wrong_type', 'the text "x" does not fit float64'],
    ['bool', 2, 'out_of_range', '2 does not fit bool'],
    ['string', 5, 'wrong_type', '5 is not text'],
  ])('%s: %s', (scalar_type, value, code, example) => {
    const reply = batch({ scalar_type, tss: times(1), pulses: [5], values: [value] });
    const { channel, report } = readReplies([[reply, FINAL]]);
    expect(channel!.rows[0]).toMatchObject({ present: 0 });
    expect(report.problems).toEqual([{ code, count: 1, first_pulse_id: 5, example }]);
  });
});

it.each([
  ['u64', [0n, 2n ** 64n - 1n, 5n], [0n, 2n ** 64n - 1n, 5n]],
  ['i64', [-(2n ** 63n), -1n, float(-(2 ** 63))], [-(2n ** 63n), -1n, -(2n ** 63n)]],
  ['i8', [-128, 127, float(3)], [-128, 127, 3]],
  ['f32', [0.1, 1e300, 2n ** 60n], [Math.fround(0.1), Infinity, 2 ** 60]],
  ['f64', [NaN, -Infinity, 2 ** -24], [NaN, -Infinity, 2 ** -24]],
])('stores %s exactly', (scalar_type, values, expected) => {
  const reply = batch({ scalar_type, tss: times(3), pulses: [1, 2, 3], values });
  const result = readReplies([[reply, FINAL]]);
  expect(valuesOf(result)).toEqual(expected);
  expect(result.report.problems).toEqual([]);
});

it('fails a channel of a type that is not known, or that changes', () => {
  const odd = readReplies([
    [batch({ scalar_type: 'unsupevt', tss: times(1), values: [1] }), FINAL],
  ]);
  expect(odd.channel).toBeUndefined();
  expect(odd.report.failure).toEqual({
    code: 'unknown_type',
    message: 'the type "unsupevt" is not known',
  });
  const changed = readReplies([
    [
      batch({ scalar_type: 'i16', tss: times(1), values: [1] }),
      batch({ scalar_type: 'f64', tss: times(1), values: [1] }),
    ],
  ]);
  expect(valuesOf(changed)).toEqual([1]);
  expect(changed.report).toMatchObject({ rows: 1, failure: { code: 'type_changed' } });
});

describe('a reply that is refused', () => {
  const good = batch({ scalar_type: 'f64', tss: times(1), values: [1] });

  it.each([
    ['a frame that is too large', Buffer.from([1, 0, 0, 6]), 3],
    ['no zeros in a head', Buffer.from([1, 0, 0, 0, 0, 0, 7]), 6],
    ['no zeros behind a frame', Buffer.concat([frame(map({})), Buffer.alloc(0)]).fill(1, 17), 17],
    ['more than an item', frame(Buffer.concat([map({}), map({})])), 17],
    ['less than an item', frame(map({ error: text('x') }).subarray(0, 5)), 18],
    ['no map', frame(text('x')), 17],
    ['other numbers of values', batch({ scalar_type: 'f64', tss: [1, 2], values: [1] }), 16],
  ])('%s', (_, bytes, offset) => {
    const refusal = (replies: Uint8Array[]) => {
      try {
        readReplies([replies]);
      } catch (error) {
        return error;
      }
      return undefined;
    };
    expect(refusal([bytes])).toBeInstanceOf(MalformedReply);
    expect(refusal([bytes])).toMatchObject({ offset });
    expect(refusal([good, bytes])).toMatchObject({ offset: good.length + offset });
  });

  it('because the server says so', () => {
    const error = frame(map({ error: text('no disk') }));
    expect(() => readReplies([[good, error]])).toThrow(ServerError);
    expect(() => readReplies([[error]])).toThrow('no disk');
  });

  it('because the server says so at length, of which the beginning is kept', () => {
    const error = frame(map({ error: text(`no disk ${'x'.repeat(100_000)}`) }));
    expect(() => readReplies([[error]])).toThrow(/: no disk x{4088}…$/);
  });

  it.each([5, 20, good.length + 3])('because it breaks off at byte %i', (bytes) => {
    const reply = Buffer.concat([good, good]).subarray(0, bytes);
    expect(() => readReplies([[reply]])).toThrow(TruncatedReply);
  });
});

it('keeps the rows of a reply that broke off', () => {
  const { context, recorded } = readingContext();
  const reader = new ChannelReader(CHANNEL, context);
  const tss = times(2);
  reader.begin();
  reader.push(batch({ scalar_type: 'u8', tss, values: [1, 2] }));
  reader.push(KEEPALIVE.subarray(0, 20));
  expect(reader.progress).toBe(2);
  reader.breakOff();
  expect(reader.lastTime).toBe(tss[1]);
  expect(reader.found).toEqual({ type: 'uint8', shape: [1] });
  const failure = { code: 'incomplete', message: 'no more' };
  expect(reader.finish(undefined, failure)).toMatchObject({ rows: 2, failure });
  expect(recorded.values('CH')).toEqual([1, 2]);
});

it('skips a channel that failed without a row, and opens one without data as it is declared', () => {
  const { context, recorded } = readingContext({}, ['CH', 'CH2']);
  const failed = new ChannelReader(CHANNEL, context);
  failed.begin();
  failed.finish(undefined, { code: 'timed_out', message: 'late' });
  const empty = new ChannelReader({ ...CHANNEL, name: 'CH2' }, context);
  empty.finish({ type: 'int32', shape: [7] });
  expect(recorded.channels).toMatchObject([
    { header: { name: 'CH2', type: 'int32', shape: [7] }, rows: [], closed: true },
  ]);
});

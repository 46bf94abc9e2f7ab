import { describe, expect, it } from 'vitest';
import { EmptyReply, MalformedReply, TruncatedReply } from '../errors.js';
import { RecordingSink } from '../json/recording-sink.fixture.js';
import { eventFrame, frame, headerFrame } from './frames.fixture.js';
import { readFrames } from './read-reply.fixture.js';

const HEADER = headerFrame({ name: 'A', type: 'int16', shape: [2] });
const EVENT = eventFrame(1, Buffer.of(1, 0, 2, 0));

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function failure(frames: readonly Uint8Array[], cuts?: readonly number[]): unknown {
  try {
    readFrames(frames, {}, cuts);
  } catch (error) {
    return error;
  }
  return expect.fail('nothing failed');
}

describe('a stream that is wrong', () => {
  const otherEnd = Buffer.from(EVENT);
  otherEnd.writeInt32BE(EVENT.length - 7, EVENT.length - 4);

  it.each<[string, Uint8Array[], number, RegExp]>([
    [
      'another length at the end',
      [HEADER, otherEnd],
      HEADER.length + EVENT.length - 4,
      /22 after .* 21/,
    ],
    ['a negative length', [HEADER, int32(-5)], HEADER.length, /frame of -5 bytes/],
    ['an empty frame', [HEADER, int32(0), int32(0)], HEADER.length, /frame of 0 bytes/],
    ['an absurd length', [HEADER, int32(2 ** 28 + 1)], HEADER.length, /frame of 268435457 bytes/],
    [
      'an event without room for its pulse id',
      [HEADER, frame(Buffer.alloc(16, 1))],
      HEADER.length,
      /16 bytes, 17/,
    ],
    ['an event before the first header', [EVENT], 0, /before the first channel header/],
    ['a header that is no JSON', [frame(Buffer.from('\0{"name":'))], 0, /not a JSON object/],
    [
      'a header that is a list',
      [HEADER, frame(Buffer.from('\0[]'))],
      HEADER.length,
      /not a JSON object/,
    ],
    [
      'a header that is nested without end',
      [frame(Buffer.from(`\0{"name":"A","type":${'['.repeat(30_000)}${']'.repeat(30_000)}}`))],
      0,
      /not a JSON object/,
    ],
    ['an endless header', [frame(Buffer.alloc(70_000))], 0, /header of 70000 bytes/],
    [
      'JSON in its place',
      [Buffer.from('{"status":500,"message":"sorry"}')],
      0,
      /frame of 2065855348 bytes/,
    ],
    [
      'garbage after the last frame',
      [HEADER, EVENT, Buffer.from('<!-- proxy -->')],
      HEADER.length + EVENT.length,
      /frame of/,
    ],
  ])('with %s is refused at its byte', (_what, frames, offset, words) => {
    const { length } = Buffer.concat(frames);
    for (const cuts of [[], Array.from({ length }, (_, i) => i)]) {
      const error = failure(frames, cuts);
      expect(error).toBeInstanceOf(MalformedReply);
      expect(error).toMatchObject({ offset, transient: false });
      expect((error as Error).message).toMatch(words);
    }
  });

  it('that ends within a frame is truncated, wherever it does', () => {
    const whole = Buffer.concat([HEADER, EVENT]);
    for (let bytes = 1; bytes < whole.length; bytes++) {
      if (bytes === HEADER.length) continue;
      const error = failure([whole.subarray(0, bytes)], [3, HEADER.length]);
      expect(error, `${bytes} bytes`).toBeInstanceOf(TruncatedReply);
      expect(error).toMatchObject({ bytes, transient: true });
    }
  });

  it('does not take memory for what a length promises', () => {
    const before = process.memoryUsage().arrayBuffers;
    failure([HEADER, int32(2 ** 28), Buffer.alloc(100)]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50 * 2 ** 20);
  });

  it('is empty without a header', () => {
    expect(failure([])).toBeInstanceOf(EmptyReply);
    expect(failure([frame(Buffer.of(9))])).toBeInstanceOf(EmptyReply);
  });
});

describe('a channel', () => {
  it.each<[string, object, string]>([
    ['of an unknown type', { name: 'A', type: 'complex128' }, 'unknown_type'],
    ['of a type that is no text', { name: 'A', type: 7 }, 'unknown_type'],
    [
      'of an unknown byte order',
      { name: 'A', type: 'int8', byteOrder: 'PDP' },
      'unknown_byte_order',
    ],
    [
      'of an unknown compression',
      { name: 'A', type: 'int8', compression: 2 },
      'unknown_compression',
    ],
    ['of a shape that is none', { name: 'A', type: 'int8', shape: [-1] }, 'bad_shape'],
    ['without a name', { type: 'int8' }, 'missing_name'],
    ['whose name can be none in a file', { name: 'A/B', type: 'int8' }, 'invalid_name'],
    [
      'of values beyond memory',
      { name: 'A', type: 'int8', shape: [65536, 65536] },
      'value_too_large',
    ],
  ])('%s is named, and the others are stored', (_what, header, code) => {
    const frames = [
      headerFrame(header),
      // A value would tell the shape, whatever is declared.
      code === 'value_too_large' ? eventFrame(1, Buffer.alloc(0)) : EVENT,
      headerFrame({ name: 'B', type: 'int8' }),
      eventFrame(1, Buffer.of(5)),
    ];
    const { result, sink } = readFrames(frames);
    expect(result.channels[0]).toMatchObject({ rows: 0, failure: { code } });
    expect(sink.values('B')).toEqual([5]);
    expect(result.rows).toBe(1);
  });

  it('that the sink refuses, at once or later, is named', () => {
    for (const when of ['open', 'append'] as const) {
      const sink = new RecordingSink({ A: when });
      const { result } = readFrames([HEADER, EVENT, headerFrame({ name: 'B' })], {}, [], sink);
      expect(result.channels[0]).toMatchObject({ rows: 0, failure: { code: 'not_storable' } });
      expect(result.channels[1].failure).toBeUndefined();
    }
  });

  it('without type has no data, and is stored as one', () => {
    const { result, sink } = readFrames([headerFrame({ name: 'A' })]);
    expect(result.channels).toEqual([{ name: 'A', rows: 0, problems: [] }]);
    expect(sink.channel('A')).toMatchObject({ rows: [], closed: true });
  });

  it('without type and with data is named', () => {
    const { result } = readFrames([headerFrame({ name: 'A' }), EVENT]);
    expect(result.channels[0]).toMatchObject({ rows: 0, failure: { code: 'missing_type' } });
  });

  it('without shape has that of its first value', () => {
    const { sink } = readFrames([headerFrame({ name: 'A', type: 'int16' }), EVENT, EVENT]);
    expect(sink.channel('A').header.shape).toEqual([2]);
  });

  it('goes on where its header comes again', () => {
    const { result, sink } = readFrames([
      HEADER,
      EVENT,
      HEADER,
      eventFrame(2, Buffer.of(3, 0, 4, 0)),
    ]);
    expect(result.channels).toMatchObject([{ name: 'A', rows: 2 }]);
    expect(sink.values('A')).toEqual([1, 2, 3, 4]);
  });

  it('that comes again after another goes on, and as another is named', () => {
    const other = headerFrame({ name: 'B', type: 'int8' });
    const { result, sink } = readFrames([HEADER, EVENT, other, HEADER, EVENT]);
    expect(result.channels.map(({ name, rows, failure }) => [name, rows, failure?.code])).toEqual([
      ['A', 2, undefined],
      ['B', 0, undefined],
    ]);
    expect(sink.values('A')).toEqual([1, 2, 1, 2]);
    const bent = readFrames([
      HEADER,
      EVENT,
      headerFrame({ name: 'A', type: 'int8' }),
      EVENT,
    ]).result;
    expect(bent.channels).toMatchObject([{ rows: 1, failure: { code: 'repeated_channel' } }]);
  });
});

describe('a value', () => {
  it('of another length is a row without a value', () => {
    const { result, sink } = readFrames([
      HEADER,
      eventFrame(1, Buffer.of(1, 0, 2)),
      eventFrame(2, Buffer.of(1, 0, 2, 0)),
      eventFrame(3, ''),
      eventFrame(4, Buffer.of(1, 0, 2, 0, 3, 0)),
    ]);
    const { rows } = sink.channel('A');
    expect(rows.map(({ present }) => present)).toEqual([0, 1, 0, 0]);
    expect(rows.map(({ value }) => value)).toEqual([
      [0, 0],
      [1, 2],
      [0, 0],
      [0, 0],
    ]);
    expect(result.channels[0].problems).toMatchObject([
      { code: 'wrong_length', count: 2, first_pulse_id: 1, example: '3 bytes where 4 belong' },
      { code: 'missing_value', count: 1, first_pulse_id: 3 },
    ]);
  });

  it.each([
    ['without', undefined, [0]],
    ['with', [2], [0, 0]],
  ])('that announces less than no bytes is corrupt, %s a shape', (_case, shape, absent) => {
    const packed = Buffer.alloc(16);
    for (const size of [-8n, -(2n ** 63n)]) {
      packed.writeBigInt64BE(size);
      const header = headerFrame({ name: 'A', type: 'float64', shape, compression: 1 });
      const { result, sink } = readFrames([header, eventFrame(1, packed), eventFrame(2, packed)]);
      expect(sink.channel('A').rows.map(({ present }) => present)).toEqual([0, 0]);
      expect(sink.channel('A').rows.map(({ value }) => value)).toEqual([absent, absent]);
      const example = `a packed value announces ${Number(size)} bytes`;
      expect(result.channels[0].problems).toMatchObject([
        { code: 'corrupt_value', count: 2, first_pulse_id: 1, example },
      ]);
    }
  });

  it('of a bool is 0 or 1', () => {
    const { result, sink } = readFrames([
      headerFrame({ name: 'A', type: 'bool8' }),
      ...[0, 2, 1].map((value, i) => eventFrame(i, Buffer.of(value))),
    ]);
    expect(sink.values('A')).toEqual([0, 0, 1]);
    expect(result.channels[0].problems).toMatchObject([{ code: 'out_of_range', count: 1 }]);
  });
});

describe('a pulse id', () => {
  const value = Buffer.of(1, 0, 2, 0);

  it('outside of the range is left out and counted', () => {
    const range = { startPulseId: 10, endPulseId: 12 };
    const frames = [HEADER, ...[9, 10, 12, 13, 2 ** 39].map((id) => eventFrame(id, value))];
    const { result, sink } = readFrames(frames, { range });
    expect(sink.channel('A').rows.map(({ pulseId }) => pulseId)).toEqual([10n, 12n]);
    expect(result.channels[0]).toMatchObject({
      rows: 2,
      first_pulse_id: 10,
      last_pulse_id: 12,
      problems: [{ code: 'outside_range_dropped', count: 3, first_pulse_id: 9 }],
    });
  });

  it('that comes twice is counted, one that can be none is left out', () => {
    const frames = [
      HEADER,
      ...[5, 5, -1, 2n ** 60n, 2n ** 53n].map((id) => eventFrame(id, value, 1n)),
    ];
    const { result, sink } = readFrames(frames);
    expect(sink.channel('A').rows.map(({ pulseId }) => pulseId)).toEqual([5n, 5n, 2n ** 53n]);
    expect(result.channels[0].problems).toMatchObject([
      { code: 'duplicate_pulse_id', count: 1 },
      { code: 'invalid_pulse_id', count: 2 },
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { type NumericType, viewNumericArray } from '../../encoding/element-type.js';
import { BLOCK_BYTES } from '../blocks/block-memory.js';
import { RecordingSink } from '../json/recording-sink.fixture.js';
import { packValue } from '../simulator/bitshuffle-packer.js';
import { eventFrame, frame, headerFrame, timeOf } from './frames.fixture.js';
import { PackedSink, readFrames } from './read-reply.fixture.js';

const NUMBERS: [NumericType, (number | bigint)[]][] = [
  ['int8', [-128, 127, 0, -1]],
  ['uint8', [0, 255, 1, 128]],
  ['int16', [-32768, 32767, 258, -2]],
  ['uint16', [0, 65535, 258, 4095]],
  ['int32', [-(2 ** 31), 2 ** 31 - 1, 16909060, -3]],
  ['uint32', [0, 2 ** 32 - 1, 16909060, 7]],
  ['int64', [-(2n ** 63n), 2n ** 63n - 1n, 2n ** 53n + 1n, -5n]],
  ['uint64', [0n, 2n ** 64n - 1n, 2n ** 53n + 1n, 5n]],
  ['float32', [NaN, -Infinity, 0.5, -1.5]],
  ['float64', [NaN, Number.MIN_VALUE, 0.1, -0]],
  ['bool', [0, 1, 1, 0]],
];

const AB = { channels: ['A', 'B'] };

/** Elements as they lie in an event, little endian or turned around. */
function bytesOf(type: NumericType, elements: readonly (number | bigint)[], big: boolean): Buffer {
  const size = viewNumericArray(type, new ArrayBuffer(0), 0, 0).BYTES_PER_ELEMENT;
  const bytes = Buffer.alloc(size * elements.length);
  const array = viewNumericArray(type, bytes.buffer, bytes.byteOffset, elements.length);
  elements.forEach((element, i) => (array[i] = element as never));
  if (big) for (let i = 0; i < bytes.length; i += size) bytes.subarray(i, i + size).reverse();
  return bytes;
}

describe('numbers', () => {
  describe.each(['LITTLE_ENDIAN', 'BIG_ENDIAN'])('%s', (byteOrder) => {
    const big = byteOrder === 'BIG_ENDIAN';

    it.each(NUMBERS)('%s: scalars', (type, elements) => {
      const { sink, result } = readFrames([
        headerFrame({ name: 'A', type: type.toUpperCase(), byteOrder, shape: [1] }),
        ...elements.map((element, i) => eventFrame(i, bytesOf(type, [element], big))),
      ]);
      expect(sink.channel('A').header).toEqual({ name: 'A', type, shape: [1] });
      expect(sink.values('A')).toEqual(elements);
      expect(result.channels[0].problems).toEqual([]);
    });

    it.each(NUMBERS)('%s: waveforms, plain and packed', (type, elements) => {
      const long = Array.from({ length: 1003 }, (_, i) => elements[i % elements.length]);
      const value = bytesOf(type, long, big);
      const size = value.length / long.length;
      for (const [compression, bytes] of [
        [undefined, value],
        ['0', value],
        [1, packValue(value, size)],
        ['1', packValue(value, size)],
      ] as const) {
        const { sink, result } = readFrames([
          headerFrame({ name: 'A', type, byteOrder, shape: [1003], compression }),
          eventFrame(1, bytes),
          eventFrame(2, bytes),
        ]);
        const rows = sink.channel('A').rows;
        expect(rows.map(({ value }) => value)).toEqual([long, long]);
        expect(result.channels[0].problems).toEqual([]);
      }
    });
  });

  it('are little endian where nothing is said, and bool8 is bool', () => {
    const { sink } = readFrames([
      headerFrame({ name: 'A', type: 'Int32' }),
      eventFrame(1, Buffer.of(1, 2, 0, 0)),
      headerFrame({ name: 'B', type: 'bool8', shape: [] }),
      eventFrame(1, Buffer.of(1)),
    ]);
    expect(sink.values('A')).toEqual([513]);
    expect(sink.channel('B')).toMatchObject({ header: { type: 'bool', shape: [] } });
    expect(sink.values('B')).toEqual([1]);
  });

  it('come in many blocks', () => {
    const pulses = Array.from({ length: 40_000 }, (_, i) => i);
    const { sink, result } = readFrames([
      headerFrame({ name: 'A', type: 'int32', shape: [1] }),
      ...pulses.map((id) => eventFrame(id, bytesOf('int32', [id * 3], false))),
    ]);
    expect(sink.blocks).toBeGreaterThan(1);
    expect(sink.values('A')).toEqual(pulses.map((id) => id * 3));
    expect(result).toMatchObject({ rows: 40_000, missing: [], notRequested: [] });
    expect(result.channels[0]).toMatchObject({ first_pulse_id: 0, last_pulse_id: 39_999 });
  });
});

describe('texts', () => {
  it('are UTF-8, plain or packed, and may be empty', () => {
    const texts = ['idle', '', 'Schrödinger 漢字 🚀'];
    const { sink, result } = readFrames(
      [
        headerFrame({ name: 'A', type: 'string', shape: [1] }),
        ...texts.map((text, i) => eventFrame(i, text)),
        headerFrame({ name: 'B', type: 'STRING', shape: [64], compression: 1 }),
        ...texts.map((text, i) => eventFrame(i, packValue(Buffer.from(text), 1))),
      ],
      AB,
    );
    expect(sink.values('A')).toEqual(texts);
    expect(sink.values('B')).toEqual(texts);
    expect(sink.channel('B').header.shape).toEqual([1]);
    expect(result.channels.flatMap(({ problems }) => problems)).toEqual([]);
  });

  it('end at a NUL, and what is no Unicode is replaced; both are counted', () => {
    const { sink, result } = readFrames([
      headerFrame({ name: 'A', type: 'string' }),
      eventFrame(1, 'ab\0cd'),
      eventFrame(2, Buffer.of(0x61, 0xff)),
    ]);
    expect(sink.values('A')).toEqual(['ab', 'a\ufffd']);
    expect(sink.channel('A').rows.map(({ present }) => present)).toEqual([1, 1]);
    expect(result.channels[0].problems.map(({ code, count }) => [code, count])).toEqual([
      ['nul_in_text', 1],
      ['invalid_unicode', 1],
    ]);
  });

  it('of characters are UTF-16 in the byte order of the channel', () => {
    const value = Buffer.from('aé漢', 'utf16le');
    const { sink, result } = readFrames(
      [
        headerFrame({ name: 'A', type: 'character', shape: [3] }),
        eventFrame(1, value),
        headerFrame({ name: 'B', type: 'Character', byteOrder: 'BIG_ENDIAN', compression: 1 }),
        eventFrame(1, packValue(Buffer.from(value).swap16(), 2)),
        eventFrame(2, packValue(Buffer.of(0xd8, 0x3d), 2)),
      ],
      AB,
    );
    expect(sink.values('A')).toEqual(['aé漢']);
    expect(sink.values('B')).toEqual(['aé漢', '\ufffd']);
    expect(result.channels[1].problems).toMatchObject([{ code: 'invalid_unicode', count: 1 }]);
  });
});

describe('times', () => {
  it('are kept to the nanosecond, and written as dates with an offset', () => {
    const times = [timeOf(344), 1_528_459_491_999_999_999n, 1_528_459_492_000_000_000n, 0n, -1n];
    const { sink } = readFrames([
      headerFrame({ name: 'A', type: 'uint8' }),
      ...times.map((time, i) => eventFrame(i, Buffer.of(1), time)),
    ]);
    const { rows } = sink.channel('A');
    expect(rows.map(({ timestamp }) => timestamp)).toEqual(times);
    for (const { date, timestamp } of rows) {
      expect(date).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}[+-]\d\d:\d\d$/);
      const ms = BigInt(Date.parse(`${date.slice(0, 19)}${date.slice(-6)}`));
      expect(ms * 1_000_000n + BigInt(date.slice(20, 29))).toBe(timestamp);
    }
  });
});

describe('images', () => {
  const shape = [40, 30];
  const image = bytesOf(
    'uint16',
    Array.from({ length: 1200 }, (_, i) => (i * 7) & 0xfff),
    false,
  );
  const packed = packValue(image, 2);
  const header = { name: 'A', type: 'uint16', shape, byteOrder: 'LITTLE_ENDIAN', compression: 1 };

  it('stay packed, byte for byte, where the sink takes them so', () => {
    const sink = new PackedSink();
    const { result } = readFrames(
      [headerFrame(header), eventFrame(7, packed), eventFrame(8, packed)],
      {},
      [100, 1000],
      sink,
    );
    expect(sink.packedRows).toEqual([
      { pulseId: 7n, timestamp: timeOf(7), present: 1, packed },
      { pulseId: 8n, timestamp: timeOf(8), present: 1, packed },
    ]);
    expect(sink.channel('A')).toMatchObject({ rows: [], closed: true });
    expect(result.channels[0]).toMatchObject({ rows: 2, first_pulse_id: 7, problems: [] });
  });

  it('lie at words of memory when they were put together from pieces', () => {
    const sink = new PackedSink();
    const events = Array.from({ length: 100 }, (_, i) => eventFrame(i, packed));
    const first = headerFrame(header);
    const bytes = first.length + events.length * events[0].length;
    const cuts = Array.from({ length: Math.ceil(bytes / 501) }, (_, i) => 501 * (i + 1));
    readFrames([first, ...events], {}, cuts, sink);
    expect(sink.packedRows.map((row) => row.packed)).toEqual(events.map(() => packed));
    expect(sink.places.at(-1)).toBe(0);
  });

  it('are checked before: what could not be unpacked is no value', () => {
    const other = packValue(image.subarray(0, 1000), 2);
    const faults: [Uint8Array, string][] = [
      [Buffer.alloc(0), 'missing_value'],
      [other, 'wrong_length'],
      [packed.subarray(0, packed.length - 1), 'corrupt_value'],
      [Buffer.concat([packed, Buffer.of(0)]), 'corrupt_value'],
      [packed.subarray(0, 11), 'corrupt_value'],
    ];
    for (const sink of [new PackedSink(), new RecordingSink()]) {
      const { result } = readFrames(
        [headerFrame(header), ...faults.map(([value], i) => eventFrame(i, value))],
        {},
        [],
        sink,
      );
      const rows = sink instanceof PackedSink ? sink.packedRows : sink.channel('A').rows;
      expect(rows.map(({ present }) => present)).toEqual(faults.map(() => 0));
      const counts = result.channels[0].problems.map(({ code, count }) => [code, count]);
      expect(counts).toEqual([
        ['missing_value', 1],
        ['wrong_length', 1],
        ['corrupt_value', 3],
      ]);
    }
  });

  it('leave nothing behind where the next value, as large as a block, is none', () => {
    const large = { ...header, type: 'int64', shape: [BLOCK_BYTES / 8] };
    const good = packValue(Buffer.alloc(BLOCK_BYTES, 7), 8);
    // The last but one fails at its end, when most is unpacked already.
    const values = [good, Buffer.alloc(0), good, good.subarray(0, good.length - 1), good];
    const { sink } = readFrames([
      headerFrame(large),
      ...values.map((value, i) => eventFrame(i, value)),
    ]);
    const found = sink.channel('A').rows.map(({ value }) => [...new Set(value)]);
    const sevens = [0x0707_0707_0707_0707n];
    expect(found).toEqual([sevens, [0n], sevens, [0n], sevens]);
  });

  it('are unpacked where their bytes lie the other way round, also in the middle', () => {
    const sink = new PackedSink();
    const turned = packValue(Buffer.from(image).swap16(), 2);
    readFrames(
      [
        headerFrame(header),
        eventFrame(1, packed),
        headerFrame({ ...header, byteOrder: 'BIG_ENDIAN' }),
        eventFrame(2, turned),
        headerFrame({ ...header, compression: 0 }),
        eventFrame(3, image),
      ],
      {},
      [],
      sink,
    );
    expect(sink.packedRows.map(({ pulseId }) => pulseId)).toEqual([1n]);
    const { rows } = sink.channel('A');
    expect(rows.map(({ pulseId }) => pulseId)).toEqual([2n, 3n]);
    for (const { value } of rows)
      expect(value).toEqual([...new Uint16Array(new Uint8Array(image).buffer)]);
  });
});

describe('a stream', () => {
  const frames = [
    headerFrame({ name: 'A', type: 'int16', shape: [2] }),
    eventFrame(1, Buffer.of(1, 0, 2, 0)),
    frame(Buffer.of(77, 1, 2, 3)),
    eventFrame(2, Buffer.of(3, 0, 4, 0)),
    headerFrame({ name: 'B', type: 'string' }),
    eventFrame(1, 'text'),
  ];
  const whole = readFrames(frames);

  it('can be cut anywhere', () => {
    const { length } = Buffer.concat(frames);
    const everyByte = Array.from({ length }, (_, i) => i);
    for (const cuts of [...everyByte.slice(1).map((at) => [at]), everyByte]) {
      const { sink, result } = readFrames(frames, {}, cuts);
      expect(result).toEqual(whole.result);
      expect(sink.channels).toEqual(whole.sink.channels);
    }
  });

  it('may have frames that nobody knows; they are counted', () => {
    expect(whole.result.channels[0].problems).toEqual([
      { code: 'unknown_frame', count: 1, first_pulse_id: undefined, example: expect.any(String) },
    ]);
    expect(whole.sink.channel('A').rows.map(({ value }) => value)).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it('names what came unasked and what did not come', () => {
    const { result } = readFrames(frames, { channels: ['A', 'C'] });
    expect(result).toMatchObject({ missing: ['C'], notRequested: ['B'], rows: 3 });
    expect(result.bytes).toBe(Buffer.concat(frames).length);
  });
});

it('a reply may have twelve thousand channels', () => {
  const channels = Array.from({ length: 12_000 }, (_, n) => `C${n}`);
  const frames = channels.flatMap((name) => [
    headerFrame({ name, type: 'int8', shape: [1] }),
    eventFrame(1, Buffer.of(1)),
  ]);
  const { result } = readFrames(frames, { channels });
  expect(result).toMatchObject({ rows: 12_000, missing: [] });
});

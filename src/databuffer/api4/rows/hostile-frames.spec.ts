import { describe, expect, it } from 'vitest';
import { MalformedReply, TruncatedReply } from '../../errors.js';
import { Api4Memory } from '../cbor/api4-memory.js';
import {
  array,
  batch,
  bool,
  bytes,
  FINAL,
  float,
  frame,
  head,
  indefinite,
  int,
  KEEPALIVE,
  map,
  tag,
  text,
} from '../cbor/cbor.fixture.js';
import { ChannelReader } from './channel-reader.js';
import { CHANNEL, MEMORY, readingContext, readReplies, valuesOf } from './read-replies.fixture.js';
import { WITHOUT_ROOM } from './without-kernel.fixture.js';

const MIB = 1024 * 1024;
const ROWS = batch({
  scalar_type: 'f64',
  tss: [1, 2, 3],
  pulses: [1, 2, 3],
  values: [1, 0.1, Infinity],
});

function refusalOf(pieces: readonly Uint8Array[]): unknown {
  try {
    readReplies([pieces]);
  } catch (error) {
    return error;
  }
  return undefined;
}

const withValues = (values: Buffer, rows = 1) =>
  frame(
    map({
      scalar_type: text('f64'),
      tss: array(Array.from({ length: rows }, (_, i) => int(i))),
      values,
    }),
  );

describe('what no server sends', () => {
  it.each([
    ['arrays in each other, by the million', withValues(array([Buffer.alloc(MIB, 0x81)]))],
    ['the same without lengths', withValues(array([Buffer.alloc(MIB, 0x9f)]))],
    ['maps in each other', frame(Buffer.concat([head(5, 1), text('x'), Buffer.alloc(MIB, 0xa1)]))],
    ['tags without end', withValues(array([Buffer.alloc(MIB, 0xc1)]))],
    ['an array of 2^60 rows', withValues(head(4, 2n ** 60n))],
    ['a row of 2^60 elements', withValues(array([head(4, 2n ** 60n)]))],
    ['a row of 2^64 − 1 elements', withValues(array([head(4, 2n ** 64n - 1n)]))],
    ['a map of 2^60 pairs', frame(head(5, 2n ** 60n))],
    ['a key of 2^60 bytes', frame(Buffer.concat([head(5, 1), head(3, 2n ** 60n)]))],
    ['a text of 2^60 bytes', withValues(array([head(3, 2n ** 60n)]))],
    ['pieces of a text that are none', withValues(array([indefinite([int(1)], 3)]))],
    ['a break where a value belongs', withValues(array([Buffer.from([0xff])]))],
    ['a map without its last value', frame(indefinite([text('x')], 5))],
    ['a head that is reserved', withValues(array([Buffer.from([0x1c])]))],
    ['times that are no numbers', batch({ scalar_type: 'f64', tss: ['x'], values: [1] })],
    ['times beyond int64', batch({ scalar_type: 'f64', tss: [2n ** 63n], values: [1] })],
    ['no values', frame(map({ scalar_type: text('f64'), tss: array([]) }))],
    [
      'values twice',
      frame(Buffer.concat([head(5, 2), text('tss'), array([]), text('tss'), array([])])),
    ],
  ])('is refused: %s', (_, reply) => {
    const refusal = refusalOf([ROWS, reply]);
    expect(refusal).toBeInstanceOf(MalformedReply);
    const { offset } = refusal as MalformedReply;
    expect(offset).toBeGreaterThanOrEqual(ROWS.length + 16);
    expect(offset).toBeLessThanOrEqual(ROWS.length + reply.length);
  });

  it('is read where it says what it means: no lengths, tags, byte strings under unknown keys', () => {
    const item = indefinite(
      [
        ...[text('values'), indefinite([tag(7, float(1.5)), indefinite([float(2)]), float(3, 8)])],
        ...[
          indefinite([text('t'), text('ss')], 3),
          indefinite([int(1), int(2, 8), tag(1, int(3))]),
        ],
        ...[text('extra'), indefinite([bytes(Buffer.alloc(300))], 2)],
        ...[int(5), indefinite([text('a'), bool(true)], 5)],
        ...[text('scalar_type'), text('f32')],
      ],
      5,
    );
    const result = readReplies([[frame(item), FINAL]]);
    expect(valuesOf(result)).toEqual([1.5, 2, 3]);
  });
});

it('reads a reply in single bytes, and knows at each of them what is whole', () => {
  const reply = Buffer.concat([KEEPALIVE, ROWS, FINAL]);
  for (let length = 0; length <= reply.length; length++) {
    const { context } = readingContext();
    const reader = new ChannelReader(CHANNEL, context);
    reader.begin();
    for (const byte of reply.subarray(0, length)) reader.push(Uint8Array.of(byte));
    const whole = length >= KEEPALIVE.length + ROWS.length ? 3 : 0;
    let isTruncated = false;
    try {
      expect(reader.end()).toEqual({ isFinal: reply.length - length < 8 });
    } catch (error) {
      isTruncated = error instanceof TruncatedReply && error.bytes === length;
      if (!isTruncated) throw error;
    }
    const begins = [0, KEEPALIVE.length, KEEPALIVE.length + ROWS.length];
    const within = begins.some((begin) => length > begin && length < begin + 16);
    if (within) expect(isTruncated).toBe(true);
    expect(reader.progress).toBeGreaterThanOrEqual(whole);
    expect(reader.finish()).toMatchObject({ rows: reader.progress });
  }
});

/** A batch of rows of doubles. */
function waveforms(rows: readonly Float64Array[]): Buffer {
  const items = rows.map((row) => {
    const elements = Buffer.alloc(9 * row.length, 0xfb);
    row.forEach((value, i) => elements.writeDoubleBE(value, 9 * i + 1));
    return Buffer.concat([head(4, row.length), elements]);
  });
  return withValues(array(items), rows.length);
}

it.each([
  ['what lies in memory of a frame', 60_000],
  ['a block', 263_000],
])('reads rows that are larger than %s', (_, elements) => {
  const rows = [0, 1].map((n) => Float64Array.from({ length: elements }, (__, i) => n + i / 3));
  for (const memory of [MEMORY, WITHOUT_ROOM]) {
    const { channel } = readReplies([[waveforms(rows), FINAL]], { memory });
    const values = channel!.rows.map(({ value }) => Float64Array.from(value as number[]));
    expect(
      values.map((row, i) => Buffer.compare(Buffer.from(row.buffer), Buffer.from(rows[i].buffer))),
    ).toEqual([0, 0]);
  }
});

it('needs no more memory for a hundred downloads of large frames at once', () => {
  const memory = new Api4Memory();
  const size = Buffer.alloc(16);
  size.writeUInt32LE(80 * MIB);
  const chunk = Buffer.alloc(MIB);
  const names = Array.from({ length: 100 }, (_, i) => `CH${i}`);
  const { context } = readingContext({ memory }, names);
  const readers = names.map((name) => new ChannelReader({ ...CHANNEL, name }, context));
  const before = process.memoryUsage();
  for (const reader of readers) {
    reader.begin();
    reader.push(size);
  }
  for (const reader of readers) reader.push(chunk);
  const after = process.memoryUsage();
  expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(MIB);
  expect(after.rss - before.rss).toBeLessThan(32 * MIB);
  for (const reader of readers) {
    expect(reader.progress).toBe(1);
    expect(() => reader.end()).toThrow(TruncatedReply);
    reader.finish(undefined, { code: 'incomplete', message: 'no more' });
  }
  // All memory is back: what is as large as all of it finds room.
  expect(memory.frames.take(memory.kernel.framesBytes)).toBeDefined();
});

it('gives memory back when a reply is refused or abandoned', () => {
  const memory = new Api4Memory();
  const { context } = readingContext({ memory });
  for (const reply of [withValues(array([head(4, 2n ** 60n)])), ROWS.subarray(0, 30)]) {
    const reader = new ChannelReader(CHANNEL, context);
    reader.begin();
    try {
      reader.push(reply);
      reader.end();
    } catch (error) {
      expect(error).toHaveProperty('code');
    }
    reader.abandon();
  }
  expect(memory.frames.take(memory.kernel.framesBytes)).toBeDefined();
});

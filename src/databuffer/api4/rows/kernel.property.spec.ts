import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { ELEMENT_TYPES } from '../../../encoding/element-type.js';
import { encodedNumber, replyFrames, SCALAR_TYPES } from './batches.fixture.js';
import { array, FINAL, frame, int, map, text } from '../cbor/cbor.fixture.js';
import type { Api4Memory } from '../cbor/api4-memory.js';
import { MEMORY, readReplies, valuesOf } from './read-replies.fixture.js';
import { WITHOUT_KERNEL, WITHOUT_ROOM } from './without-kernel.fixture.js';

const RANGE = { startPulseId: 2, endPulseId: 100 };
const TIMES = { start: 1_528_459_491_551_143_344n, end: 1_528_459_492_951_143_344n };

/** Rows and report, or the refusal. */
function outcome(pieces: readonly Uint8Array[], memory: Api4Memory, isRanged: boolean): unknown {
  try {
    const context = { memory, ...(isRanged && { range: RANGE, times: TIMES }) };
    const { channel, report, ends } = readReplies([pieces], context);
    return { channel, report, ends };
  } catch (error) {
    return String(error);
  }
}

/** Bytes in pieces that end at shares of the whole. */
function cutAt(bytes: Uint8Array, shares: readonly number[]): Uint8Array[] {
  const ends = [...shares.map((share) => Math.floor(share * bytes.length)), bytes.length].sort(
    (a, b) => a - b,
  );
  return ends.map((end, i) => bytes.slice(i === 0 ? 0 : ends[i - 1], end));
}

const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 });

it('reads the same with and without the kernel, from memory and from a file, however it is cut', () => {
  fc.assert(
    fc.property(replyFrames, shares, fc.boolean(), (frames, cuts, isRanged) => {
      const reply = Buffer.concat(frames);
      const expected = outcome([reply], WITHOUT_KERNEL, isRanged);
      expect(outcome(cutAt(reply, cuts), MEMORY, isRanged)).toEqual(expected);
      expect(outcome(cutAt(reply, cuts), WITHOUT_ROOM, isRanged)).toEqual(expected);
    }),
    { numRuns: 60 },
  );
});

it('reads the same, or refuses the same, of bytes that are damaged', () => {
  const damage = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255)), {
    minLength: 1,
    maxLength: 4,
  });
  fc.assert(
    fc.property(replyFrames, damage, shares, fc.boolean(), (frames, damaged, cuts, isRanged) => {
      const reply = Buffer.concat(frames);
      for (const [share, byte] of damaged) reply[Math.floor(share * (reply.length - 1))] = byte;
      const expected = outcome([reply], WITHOUT_KERNEL, isRanged);
      expect(outcome(cutAt(reply, cuts), MEMORY, isRanged)).toEqual(expected);
      expect(outcome(cutAt(reply, cuts), WITHOUT_ROOM, isRanged)).toEqual(expected);
    }),
    { numRuns: 150 },
  );
});

/** A number as a type stores it; undefined where it can't. No type stores more than 64 bits. */
function stored(value: bigint | number, type: string): bigint | number | undefined {
  if (typeof value === 'bigint' && (value >= 2n ** 64n || value < -(2n ** 64n))) return undefined;
  if (type === 'float64') return Number(value);
  if (type === 'float32') return Math.fround(Number(value));
  if (typeof value === 'number' && !Number.isInteger(value)) return undefined;
  const exact = BigInt(value);
  const bits = type === 'bool' ? 1 : Number(/\d+$/.exec(type)![0]);
  const fits =
    type.startsWith('u') || type === 'bool'
      ? BigInt.asUintN(bits, exact) === exact
      : BigInt.asIntN(bits, exact) === exact;
  if (!fits) return undefined;
  return bits === 64 ? exact : Number(exact);
}

it('stores each number exactly, or leaves its row out', () => {
  const types = ELEMENT_TYPES.filter((type) => type !== 'string');
  const numbers = fc.array(encodedNumber, { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(fc.constantFrom(...types), numbers, (type, rows) => {
      const reply = frame(
        map({
          scalar_type: text(SCALAR_TYPES[type]),
          tss: array(rows.map((_, i) => int(i))),
          values: array(rows.map(({ item }) => item)),
        }),
      );
      const result = readReplies([[reply, FINAL]]);
      const expected = rows.map(({ value }) => stored(value, type));
      const present = result.channel!.rows.map(({ present }) => present === 1);
      expect(present).toEqual(expected.map((value) => value !== undefined));
      const zero = type.endsWith('64') && !type.startsWith('float') ? 0n : 0;
      expect(valuesOf(result)).toEqual(expected.map((value) => value ?? zero));
    }),
    { numRuns: 100 },
  );
});

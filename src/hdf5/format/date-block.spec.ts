import { afterEach, describe, expect, it, vi } from 'vitest';
import { datesOf } from '../../rows/date-text.js';
import { makeDateBlock } from './date-block.js';
import { makeTextBlock } from './text-block.js';

const ROOM = 4_000_000;

/** Times that are as far apart. */
function timesOf(count: number, first: bigint, step: bigint): BigInt64Array {
  return BigInt64Array.from({ length: count }, (_, i) => first + BigInt(i) * step);
}

/** The block of the texts of these dates, made where other bytes were before. */
function blockOfTexts(times: BigInt64Array): Buffer {
  const target = Buffer.alloc(ROOM, 0xee);
  const texts = datesOf({ rows: times.length, timestamps: times, globalDates: undefined });
  return target.subarray(0, makeTextBlock(texts, target));
}

afterEach(() => vi.unstubAllEnvs());

describe('makeDateBlock', () => {
  it.each([
    ['pulses of a minute', timesOf(6000, 1_795_509_424_800_262_480n, 10_000_001n)],
    ['one time', timesOf(1, 1_795_509_424_999_999_999n, 0n)],
    ['no time', timesOf(0, 0n, 0n)],
    ['the end of a second and of a year', timesOf(1000, 1_609_459_199_999_999_500n, 1n)],
    ['times before 1970', timesOf(3000, -5_000_000_007n, 3_333_333n)],
    ['times that go back', timesOf(3000, 1_795_509_424_800_262_480n, -700_000_003n)],
    ['the longest fraction digits', timesOf(3000, 999_999_999n, 111_111_111n)],
    ['the first and the last time', BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n)],
  ])('is the block of the texts: %s', (_case, times) => {
    for (const zone of ['UTC', 'Europe/Zurich', 'America/St_Johns']) {
      vi.stubEnv('TZ', zone);
      const target = Buffer.alloc(ROOM, 0xee);
      const size = makeDateBlock(times, target);
      expect(target.subarray(0, size).equals(blockOfTexts(times))).toBe(true);
      expect(target.subarray(size).every((byte) => byte === 0xee)).toBe(true);
    }
  });

  it('needs as much room as it takes up', () => {
    const times = timesOf(1000, 1_795_509_424_800_262_480n, 10_000_000n);
    const size = makeDateBlock(times, Buffer.alloc(ROOM))!;
    expect(makeDateBlock(times, Buffer.alloc(size))).toBe(size);
    expect(makeDateBlock(times, Buffer.alloc(size - 4))).toBeUndefined();
  });
});

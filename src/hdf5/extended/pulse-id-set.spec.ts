import { assert, array, bigInt, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PulseIdSet } from './pulse-id-set.js';

function setOf(...lists: readonly bigint[][]): PulseIdSet {
  const set = new PulseIdSet();
  for (const list of lists) set.add(BigInt64Array.from(list), list.length);
  set.seal();
  return set;
}

function contentsOf(set: PulseIdSet, step = set.size): bigint[] {
  const found: bigint[] = [];
  for (let row = 0; row < set.size; row += step) {
    const part = new BigInt64Array(Math.min(step, set.size - row));
    set.read(row, part.length, part);
    found.push(...part);
  }
  return found;
}

const pulseId = bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const nearby = bigInt({ min: 2n ** 32n - 9000n, max: 2n ** 32n + 9000n });

describe('PulseIdSet', () => {
  it('is the sorted union of any 64-bit numbers, and knows the row of each', () => {
    assert(
      property(array(pulseId), array(nearby, { maxLength: 500 }), (far, near) => {
        const set = setOf(far, near);
        const expected = [...new Set([...far, ...near])].sort((a, b) => (a < b ? -1 : 1));
        expect(set.size).toBe(expected.length);
        expect(contentsOf(set, 7)).toEqual(expected);
        const rows = new Uint32Array(near.length);
        set.rowsOf(BigInt64Array.from(near), near.length, rows);
        expect([...rows]).toEqual(near.map((id) => expected.indexOf(id)));
      }),
    );
  });

  it('can be empty', () => {
    expect(setOf([]).size).toBe(0);
  });

  it('takes 10 million pulse ids in a row', () => {
    const set = new PulseIdSet();
    const part = new BigInt64Array(1_000_000);
    const first = 2n ** 33n - 5_000_000n;
    for (let i = 0; i < 10; i++) {
      for (let j = 0; j < part.length; j++) part[j] = first + BigInt(i * part.length + j);
      set.add(part, part.length);
    }
    set.seal();
    expect(set.size).toBe(10_000_000);
    const last = new BigInt64Array(1);
    set.read(9_999_999, 1, last);
    expect(last[0]).toBe(first + 9_999_999n);
  });

  it('takes pulse ids that are far apart, up to 131,072 places', () => {
    const set = new PulseIdSet();
    const ids = BigInt64Array.from({ length: 131_072 }, (_, i) => BigInt(i) * 1_000_000_007n);
    set.add(ids, ids.length);
    set.seal();
    expect(contentsOf(set, 1000).every((id, row) => id === ids[row])).toBe(true);
    expect(() => set.add(BigInt64Array.of(-1n), 1)).toThrow(
      expect.objectContaining({ code: 'pulse_ids_scattered' }),
    );
  });
});

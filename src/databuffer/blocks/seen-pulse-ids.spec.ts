import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SeenPulseIds } from './seen-pulse-ids.js';

const LARGEST = 2 ** 53;

function wordsOf(ids: readonly number[]): Uint32Array {
  return new Uint32Array(BigInt64Array.from(ids, BigInt).buffer);
}

describe('pulse ids that were seen', () => {
  it('are those that were added, one by one or rising', () => {
    const steps = fc.oneof(
      { weight: 3, arbitrary: fc.array(fc.constant(1), { maxLength: 1200 }) },
      fc.array(fc.integer({ min: 1, max: 700 }), { maxLength: 20 }),
    );
    const runs = fc.array(fc.tuple(fc.boolean(), steps), { maxLength: 6 });
    const starts = fc.oneof(
      fc.nat(2000),
      fc.integer({ min: 2 ** 32 - 1000, max: 2 ** 32 }),
      fc.constant(21_767_262_480),
    );
    fc.assert(
      fc.property(starts, runs, (start, runs) => {
        const seen = new SeenPulseIds();
        const added = new Set<number>();
        let id = start;
        for (const [rising, steps] of runs) {
          const ids = [id, ...steps.map((step) => (id += step))];
          id += 1 + steps.length;
          if (rising) seen.addRising(wordsOf(ids), ids.length);
          else for (const each of ids) expect(seen.add(each)).toBe(false);
          for (const each of ids) added.add(each);
        }
        const others = [...added].flatMap((each) => [each - 1, each + 1]);
        for (const each of new Set([...added, ...others])) {
          expect([each, seen.add(each)]).toEqual([each, added.has(each)]);
        }
      }),
    );
  });

  it('are so up to the largest', () => {
    const seen = new SeenPulseIds();
    const ids = [LARGEST - 2, LARGEST - 1, LARGEST];
    seen.addRising(wordsOf(ids), 3);
    expect([LARGEST - 3, ...ids].map((id) => seen.add(id))).toEqual([false, true, true, true]);
  });
});

it('takes next to nothing of channels of which nothing came yet', () => {
  const before = process.memoryUsage().arrayBuffers;
  const seen = Array.from({ length: 1000 }, () => new SeenPulseIds());
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(512 * 1024);
  expect(seen[999].add(1)).toBe(false);
});

import { expect, it } from 'vitest';
import { Repeats } from './repeats.js';

it('lets the first of a kind through, and tells the number of the others', async () => {
  const repeats = new Repeats();
  const told: string[] = [];
  const note = (kind: string) => repeats.isFirst(kind, (times) => told.push(`${kind} ${times}`));
  expect(Array.from({ length: 10 }, () => note('a'))).toEqual([true, ...Array(9).fill(false)]);
  expect(note('b')).toBe(true);
  expect(note('c')).toBe(true);
  expect(note('c')).toBe(false);
  await expect.poll(() => told, { timeout: 5000 }).toEqual(['a 9', 'c 1']);
  expect(note('a')).toBe(true);
});

it('tells at once when it is closed, and holds a limited number of kinds', () => {
  const repeats = new Repeats();
  const told: number[] = [];
  const passed = Array.from({ length: 5000 }, (_, n) =>
    repeats.isFirst(String(n), (times) => told.push(times)),
  );
  expect(passed.filter(Boolean)).toHaveLength(1001);
  repeats.close();
  expect(told).toEqual([3999]);
});

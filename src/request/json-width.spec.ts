import { expect, it } from 'vitest';
import { MAX_ENTRIES, MAX_KEYS, widthProblem } from './json-width.js';

const keys = (count: number) =>
  JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, n])));

it('counts keys of all levels', () => {
  expect(widthProblem(keys(MAX_KEYS))).toBeUndefined();
  expect(widthProblem(keys(MAX_KEYS + 1))).toBe('has 10001 keys; at most 10000 are allowed');
  expect(widthProblem(`{"a": [{"b": ${keys(MAX_KEYS)}}]}`)).toBe(
    'has 10002 keys; at most 10000 are allowed',
  );
});

it('counts values of lists', () => {
  const list = (count: number) => JSON.stringify({ a: Array.from({ length: count }, () => 0) });
  expect(widthProblem(list(MAX_ENTRIES))).toBeUndefined();
  expect(widthProblem(list(MAX_ENTRIES + 2))).toContain('values; at most 250000 are allowed');
});

it('does not take for keys what is inside of texts', () => {
  const text = String.raw`:,\":\\`.repeat(50_000);
  expect(widthProblem(JSON.stringify({ a: text, b: `${text}"` }))).toBeUndefined();
  expect(widthProblem(`{"a":"${'\\\\'.repeat(30_000)}","b":${keys(MAX_KEYS)}}`)).toContain('10002');
  expect(widthProblem(`"${':'.repeat(50_000)}`)).toBeUndefined();
});

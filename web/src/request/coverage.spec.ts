import { expect, it } from 'vitest';
import { BINS, partsOf } from './coverage.js';

/** Rows in equal parts of a range, as a file's coverage counts them. */
function binsOf(pulseIds: readonly number[], first: number, last: number): number[] {
  const bins = Array.from({ length: BINS }, () => 0);
  for (const id of pulseIds) bins[Math.floor(((id - first) * BINS) / (last - first + 1))]! += 1;
  return bins;
}

function pulses(first: number, last: number, step: number): number[] {
  return Array.from(
    { length: Math.floor((last - first) / step) + 1 },
    (_, at) => first + at * step,
  );
}

it.each([1, 2, 7, 10, 100])('sees no gap in a channel with a row every %i pulses', (step) => {
  for (const last of [1300, 1999, 4321]) {
    const ids = pulses(1000, last, step);
    const parts = partsOf(binsOf(ids, 1000, last), ids.length, { first: 1000, last });

    expect(parts.map(({ state }) => state)).toEqual(['there']);
  }
});

it('finds where rows are missing', () => {
  const ids = pulses(0, 2399, 1).filter((id) => id < 1200 || id >= 1500);
  const parts = partsOf(binsOf(ids, 0, 2399), 2400, { first: 0, last: 2399 });

  expect(parts).toEqual([
    { first: 0, last: 1199, state: 'there', rows: 1200 },
    { first: 1200, last: 1499, state: 'gap', rows: 0 },
    { first: 1500, last: 2399, state: 'there', rows: 900 },
  ]);
});

it('tells a few missing rows from a gap', () => {
  const ids = pulses(0, 23_999, 1).filter((id) => id % 1000 !== 500);
  const parts = partsOf(binsOf(ids, 0, 23_999), 24_000, { first: 0, last: 23_999 });

  expect(parts.filter(({ state }) => state === 'partly')).toHaveLength(24);
});

it('draws a channel without rows as one gap', () => {
  const parts = partsOf(binsOf([], 5, 304), 300, { first: 5, last: 304 });

  expect(parts).toEqual([{ first: 5, last: 304, state: 'gap', rows: 0 }]);
});

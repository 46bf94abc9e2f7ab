import { describe, expect, it } from 'vitest';
import { type RowSpan, isShort, missingAtEnds } from './pulse-rate.js';

const RANGE = { startPulseId: 101, endPulseId: 110 };

describe('rows at the ends of the asked range', () => {
  it.each<[string, RowSpan, number, number]>([
    ['are all there', { first: 101, last: 110, step: 1 }, 0, 0],
    ['are missing at the end', { first: 101, last: 107, step: 1 }, 0, 3],
    ['are missing at the beginning', { first: 104, last: 110, step: 1 }, 3, 0],
    ['are missing by less than a step', { first: 103, last: 108, step: 5 }, 0, 0],
    ['are missing at one in 2', { first: 102, last: 104, step: 2 }, 0, 3],
    ['are none of those asked for, earlier', { first: 90, last: 100, step: 1 }, 0, 10],
    ['are none of those asked for, later', { first: 111, last: 112, step: 20 }, 1, 0],
  ])('%s', (_case, span, before, after) => {
    expect(missingAtEnds(span, RANGE)).toEqual({ before, after });
    expect(isShort(span, RANGE, true)).toBe(before + after > 0);
  });

  it.each<[string, Partial<RowSpan>, boolean]>([
    ['one row', { first: 101, last: 101 }, true],
    ['no row', {}, true],
  ])('count for %s only where no channel has two rows', (_case, rows, short) => {
    const span = { first: undefined, last: undefined, step: undefined, ...rows };
    expect(missingAtEnds(span, RANGE)).toBeUndefined();
    expect(isShort(span, RANGE, true)).toBe(false);
    expect(isShort(span, RANGE, false)).toBe(short);
  });

  it('are there where the one row is the one pulse asked for', () => {
    const one = { startPulseId: 101, endPulseId: 101 };
    expect(isShort({ first: 101, last: 101, step: undefined }, one, false)).toBe(false);
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BadQuestion } from './errors.js';
import { blocksOf, parseSelection, shapeOf, sizeOf } from './selection.js';

describe('a selection', () => {
  it.each([
    [undefined, [3, 4], [3, 4]],
    ['', [3, 4], [3, 4]],
    ['()', [], []],
    ['...', [3, 4], [3, 4]],
    ['1', [3, 4], [4]],
    ['-1,2', [3, 4], []],
    ['...,0', [3, 4, 5], [3, 4]],
    ['1,...', [3, 4, 5], [4, 5]],
    ['1:', [3], [2]],
    ['::2', [5], [3]],
    [' 1 : 100 ', [5], [4]],
    ['-2:', [5], [2]],
    ['4:2', [5], [0]],
    [':', [0], [0]],
  ] as const)('%s of %o has the shape %o', (text, shape, expected) => {
    expect(shapeOf(parseSelection(text, shape))).toEqual(expected);
  });

  it.each(['3', '-4', 'x', '0,0,0', '::0', '::-1', '1:2:3:4', '0x1', '1e1', ',', '9'.repeat(30)])(
    '%s is refused',
    (text) => {
      expect(() => parseSelection(text, [3, 4])).toThrow(BadQuestion);
    },
  );

  it('is cut into blocks that come to the same, each within the limit', () => {
    const axis = fc.record({
      start: fc.nat(5),
      count: fc.integer({ min: 0, max: 7 }),
      step: fc.integer({ min: 1, max: 3 }),
      isIndex: fc.constant(false),
      chunk: fc.integer({ min: 1, max: 6 }),
    });
    fc.assert(
      fc.property(
        fc.array(axis, { maxLength: 4 }),
        fc.integer({ min: 1, max: 60 }),
        (axes, limit) => {
          const chunks = axes.map(({ chunk }) => chunk);
          const found: string[] = [];
          for (const { offset, count, steps } of blocksOf(axes, 1, limit, chunks)) {
            expect(count.reduce((product, each) => product * each, 1)).toBeLessThanOrEqual(limit);
            found.push(...elements(offset, count, steps));
          }
          const all = elements(
            axes.map(({ start }) => start),
            axes.map(({ count }) => count),
            axes.map(({ step }) => step),
          );
          expect(found).toEqual(sizeOf(axes) === 0 ? [] : all);
        },
      ),
    );
  });
});

/** Positions of all elements, the last axis fastest. */
function elements(
  offset: readonly number[],
  count: readonly number[],
  steps: readonly number[],
): string[] {
  return count.reduce(
    (all, length, axis) =>
      all.flatMap((before) =>
        Array.from({ length }, (_, i) => `${before} ${offset[axis] + i * steps[axis]}`),
      ),
    [''],
  );
}

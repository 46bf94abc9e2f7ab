import { describe, expect, it } from 'vitest';
import { PulseSteps } from './pulse-steps.js';

const HIGH = 2n ** 32n;

function missingIn(...blocks: bigint[][]): number | undefined {
  const steps = new PulseSteps();
  for (const block of blocks) {
    // Longer than its rows, as blocks are.
    const column = BigInt64Array.from([...block, 7n]);
    steps.add(column, block.length);
  }
  return steps.missing();
}

describe('missing pulses of a channel', () => {
  it.each<[string, bigint[][], number | undefined]>([
    ['none, one at each pulse', [[1n, 2n, 3n]], 0],
    ['from pulse 0 on', [[0n, 10n, 20n, 40n]], 1],
    ['at the rate of the channel', [[5n, 15n, 25n, 55n, 65n]], 2],
    [
      'over block ends and the range of 32 bits',
      [[HIGH - 4n, HIGH - 2n], [], [HIGH, HIGH + 4n]],
      1,
    ],
    ['pulses that come twice count once', [[1n, 1n, 1n, 2n, 2n, 4n, 5n]], 1],
    ['a step that is nearly the usual one', [[0n, 10n, 20n, 29n, 40n]], 0],
    ['not known of no row', [[]], undefined],
    ['not known of one row', [[9n]], undefined],
    ['not known out of order', [[1n, 2n, 3n, 2n, 3n]], undefined],
  ])('%s', (_case, blocks, missing) => {
    expect(missingIn(...blocks)).toBe(missing);
  });

  it('are none of a channel that does not follow pulses, of which rows with pulse ids are told', () => {
    const steps = new PulseSteps();
    steps.add(BigInt64Array.of(-1n, -1n), 2);
    expect([steps.rows, steps.firstRow, steps.lastRow]).toEqual([2, undefined, undefined]);
    expect(steps.span()).toEqual({
      ...{ first: undefined, last: undefined, step: undefined },
      followsPulses: false,
    });
    steps.add(BigInt64Array.of(-1n, 5n, 6n, -1n, 7n, -1n), 6);
    expect(steps).toMatchObject({ rows: 8, firstRow: 5, lastRow: 7 });
    expect(steps.span()).toEqual({ first: 5, last: 7, step: undefined, followsPulses: false });
    expect(steps.missing()).toBeUndefined();
  });

  it('are none where a row without a pulse id looks like the next one by its low half', () => {
    const steps = new PulseSteps();
    steps.add(BigInt64Array.of(HIGH - 4n, HIGH - 3n, HIGH - 2n, -1n, HIGH - 1n), 5);
    expect(steps).toMatchObject({ rows: 5, lastRow: Number(HIGH - 1n) });
    expect(steps.span()).toMatchObject({ followsPulses: false, first: Number(HIGH - 4n) });
  });

  it('are counted of negative pulse ids that are some', () => {
    expect(missingIn([-6n, -4n, -2n, 2n])).toBe(1);
  });

  it('are not counted where there is no rate, and take no memory', () => {
    const steps = new PulseSteps();
    const ids = BigInt64Array.from({ length: 11_000 }, (_, i) => BigInt(i * (i + 1)));
    steps.add(ids, ids.length);
    expect(steps.missing()).toBeUndefined();
  });
});

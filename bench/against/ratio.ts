import { median, percentile } from '../statistics.js';
import type { BySide } from './sides.js';

/** How two series that were measured in pairs stand to each other: below 1, the measured one is quicker. */
export interface Ratio {
  readonly ofMedians: number;
  /** Where the ratio of medians lies in 95 of 100 drawings of as many pairs from those that there are. */
  readonly likely: readonly [number, number];
  readonly ofLeast: number;
  /** Of the ratios within pairs: the median and the quartiles. */
  readonly within: { readonly middle: number; readonly quartiles: readonly [number, number] };
}

const DRAWINGS = 2000;

/** @param pairs at least one */
export function ratioOf(pairs: readonly BySide<number>[]): Ratio {
  const within = pairs.map(({ measured, against }) => measured / against);
  const drawn = drawings(pairs).map(ofMedians);
  return {
    ofMedians: ofMedians(pairs),
    likely: [percentile(drawn, 2.5), percentile(drawn, 97.5)],
    ofLeast:
      Math.min(...pairs.map(({ measured }) => measured)) /
      Math.min(...pairs.map(({ against }) => against)),
    within: { middle: median(within), quartiles: [percentile(within, 25), percentile(within, 75)] },
  };
}

function ofMedians(pairs: readonly BySide<number>[]): number {
  return (
    median(pairs.map(({ measured }) => measured)) / median(pairs.map(({ against }) => against))
  );
}

function drawings<T>(of: readonly T[]): T[][] {
  return Array.from({ length: DRAWINGS }, () =>
    Array.from(of, () => of[Math.floor(Math.random() * of.length)]),
  );
}

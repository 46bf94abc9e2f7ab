import { median, percentile } from '../statistics.js';
import { SIDES, type BySide } from './sides.js';

/** How two series stand to each other: below 1, the measured one is quicker. */
export interface Ratio {
  readonly ofMedians: number;
  /** Where the ratio of medians lies in 95 of 100 drawings of as many figures from those that there are. */
  readonly likely: readonly [number, number];
  readonly ofLeast: number;
}

/** Ratios within pairs that were measured one right after the other. */
export interface WithinPairs {
  readonly middle: number;
  readonly quartiles: readonly [number, number];
}

const DRAWINGS = 2000;

/** @param series at least one figure each */
export function ratioOf(series: BySide<readonly number[]>): Ratio {
  const drawn = Array.from({ length: DRAWINGS }, () => {
    const [measured, against] = SIDES.map((side) => median(drawing(series[side])));
    return measured / against;
  });
  return {
    ofMedians: median(series.measured) / median(series.against),
    likely: [percentile(drawn, 2.5), percentile(drawn, 97.5)],
    ofLeast: Math.min(...series.measured) / Math.min(...series.against),
  };
}

/** @param pairs at least one */
export function ratioWithin(pairs: readonly BySide<number>[]): WithinPairs {
  const ratios = pairs.map(({ measured, against }) => measured / against);
  return { middle: median(ratios), quartiles: [percentile(ratios, 25), percentile(ratios, 75)] };
}

function drawing<T>(of: readonly T[]): T[] {
  return Array.from(of, () => of[Math.floor(Math.random() * of.length)]);
}

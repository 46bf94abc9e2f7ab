import type { NamedBuild } from './other-build.js';

/** The two builds that are compared: the one that is measured, and the one it is measured against. */
export const SIDES = ['measured', 'against'] as const;
export type Side = (typeof SIDES)[number];
export type BySide<T> = Readonly<Record<Side, T>>;
export type Builds = BySide<NamedBuild>;

export function bySide<T>(of: (side: Side) => T): BySide<T> {
  return { measured: of('measured'), against: of('against') };
}

/** The same for both, one after the other: which comes first changes with `n`. */
export async function inTurn<T>(
  n: number,
  measure: (side: Side) => Promise<T>,
): Promise<BySide<T>> {
  const results: Partial<Record<Side, T>> = {};
  for (const side of n % 2 === 0 ? SIDES : SIDES.toReversed()) results[side] = await measure(side);
  return results as BySide<T>;
}

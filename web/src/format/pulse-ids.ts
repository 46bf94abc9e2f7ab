import { groups } from './numbers.js';

/**
 * The last pulse id of a range as it stands behind the first one: from the first group of three that differs,
 * `…779` after `21 767 262 480`.
 *
 * @returns its groups, and whether some were left out in front
 */
export function lastOfRange(first: number, last: number): { groups: string[]; isCut: boolean } {
  const before = groups(String(first));
  const all = groups(String(last));
  if (before.length !== all.length) return { groups: all, isCut: false };
  const differs = all.findIndex((group, index) => group !== before[index]);
  const from = differs < 0 ? all.length - 1 : differs;
  return { groups: all.slice(from), isCut: from > 0 };
}

import { AT } from './memory';
import { argument, headSize, MAJOR_ARRAY } from './items';
import { readBools, readNumbers } from './numbers';

/**
 * Reads rows that are arrays of so many numbers each.
 *
 * @param to address of their elements, with room for all
 * @returns how many were read; `AT` is where the next one begins
 */
export function readRows<T>(
  start: usize,
  end: usize,
  rows: u32,
  elements: u32,
  to: usize,
  areBools: boolean,
): u32 {
  let p = start;
  let target = to;
  let done: u32 = 0;
  for (; done < rows && p < end; done++) {
    const initial = u32(load<u8>(p));
    const size = headSize(initial);
    if (initial >> 5 !== MAJOR_ARRAY || size === 0 || p + size > end) break;
    if (argument(p, size) !== u64(elements)) break;
    const first = p + size;
    const read = areBools
      ? readBools(first, end, elements, target)
      : readNumbers<T>(first, end, elements, target);
    if (read !== elements) break;
    p = usize(load<u32>(AT));
    target += usize(elements) * sizeof<T>();
  }
  store<u32>(AT, u32(p));
  return done;
}

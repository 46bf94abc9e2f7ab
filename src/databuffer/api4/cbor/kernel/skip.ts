import { DOUBLE, headSize, MAJOR_NEGATIVE, MAJOR_SIMPLE, UNSIGNED_64 } from './items';
import { AT } from './memory';
import { skipEights } from './strides';

/** Passes over numbers, bools and nulls. @returns how many; `AT` is where it stopped */
export function skipNumbers(start: usize, end: usize, count: u32): u32 {
  let p = start;
  let done: u32 = 0;
  while (done < count && p < end) {
    const initial = u32(load<u8>(p));
    const major = initial >> 5;
    if (major > MAJOR_NEGATIVE && major !== MAJOR_SIMPLE) break;
    const size = headSize(initial);
    if (size === 0 || p + size > end) break;
    if (initial === DOUBLE || initial === UNSIGNED_64) {
      const pairs = skipEights(p, end, (count - done) >> 1, initial);
      if (pairs > 0) {
        p += usize(pairs) * 18;
        done += pairs << 1;
        continue;
      }
    }
    p += size;
    done++;
  }
  store<u32>(AT, u32(p));
  return done;
}

import { MINUS, POINT } from './characters';
import { EXACT_POWERS, POWERS } from './memory';
import { ZEROS, digitCount, valueOf } from './digits';
import { scale } from './scale';

const HIGH_BITS: u64 = 0x8080808080808080;
/** Ten or more as a digit sets the high bit when this is added. */
const ABOVE_NINE: u64 = 0x7676767676767676;
const TWO_53: u64 = 1 << 53;

/**
 * Reads a number whose end is known and stores it, if it is up to eight digits, and with a point up to
 * sixteen more.
 *
 * Nothing here waits for where the number before ended, so the processor reads several at once.
 *
 * @param end position of the comma behind it
 * @returns whether it was read
 */
export function takePlainNumber(start: usize, end: usize, cell: usize): bool {
  const minus = load<u8>(start) === MINUS;
  const first = start + usize(minus);
  const digits = load<u64>(first) ^ ZEROS;
  const count = digitCount(digits);
  const point = first + usize(count);
  // Neither without a digit before the point, nor with a zero before others.
  if (u32(count === 0) | (u32((digits & 0xff) === 0) & u32(count > 1))) return false;
  let m = valueOf(digits, count);
  let number: f64;
  if (point === end) {
    number = f64(m);
  } else {
    const places = u64(end - point) - 1;
    if (u32(load<u8>(point) !== POINT) | u32(places - 1 > 15)) return false;
    const last = lastDigits(end, min<u64>(places, 8));
    if (places > 8) {
      const before = lastDigits(end - 8, places - 8);
      if (((before + ABOVE_NINE) | before) & HIGH_BITS) return false;
      m = m * load<u64>(POWERS + (usize(places - 8) << 3)) + valueOf(before, 8);
    }
    if (((last + ABOVE_NINE) | last) & HIGH_BITS) return false;
    m = m * load<u64>(POWERS + (usize(min<u64>(places, 8)) << 3)) + valueOf(last, 8);
    if (count + places > 19) return false;
    number =
      m <= TWO_53
        ? f64(m) / load<f64>(EXACT_POWERS + (usize(places) << 3))
        : scale(m, -i32(places));
    if (number !== number) return false;
  }
  store<f64>(cell, minus ? -number : number);
  return true;
}

/** The `count` digits before `end`, 1 to 8, with zeros before them. */
function lastDigits(end: usize, count: u64): u64 {
  const others = (8 - count) << 3;
  return ((load<u64>(end - 8) ^ ZEROS) >> others) << others;
}

import { EXACT_POWERS, POWERS } from './memory';
import { digitsBefore } from './digits';
import { scale } from './scale';

const TWO_53: u64 = 1 << 53;
/** More may be a 64-bit whole number. */
const MAX_UNITS: usize = 15;
/** Of the digits that count, so that their number fits 64 bits. */
const MAX_DIGITS: usize = 19;

/**
 * The value of digits with a point among them, without a sign.
 *
 * @param point its position
 * @param end position behind the last digit
 * @param units digits before the point, at least one
 * @returns the nearest double; NaN where it is in doubt, or has too many digits
 */
export function decimal(point: usize, end: usize, units: usize): f64 {
  const places = end - point - 1;
  if (u32(units > MAX_UNITS) | u32(places > MAX_DIGITS)) return NaN;
  let m = digitsBefore(point, units);
  if (u32(m !== 0) & u32(units + places > MAX_DIGITS)) return NaN;
  let last = places;
  if (places > 16) {
    last = 16;
    m = m * load<u64>(POWERS + ((places - 16) << 3)) + digitsBefore(end - 16, places - 16);
  }
  m = m * load<u64>(POWERS + (last << 3)) + digitsBefore(end, last);
  return m <= TWO_53
    ? f64(i64(m)) / load<f64>(EXACT_POWERS + (places << 3))
    : scale(m, -i32(places));
}

import { EXACT_POWERS, FRACTIONS } from './memory';

const MIN_POWER: i32 = -342;
const MAX_POWER: i32 = 308;
const TWO_53: u64 = 1 << 53;

/**
 * The double nearest to m × 10^e, m > 0; NaN where it is in doubt, subnormal or infinite.
 *
 * Where m and 10^|e| are doubles, one operation rounds correctly (Clinger). Else the product with a
 * 128-bit fraction decides (Eisel and Lemire, "Number parsing at a gigabyte per second", 2021).
 */
export function scale(m: u64, e: i32): f64 {
  if (m <= TWO_53 && e >= -22 && e <= 22) {
    return e < 0
      ? f64(m) / load<f64>(EXACT_POWERS + (usize(-e) << 3))
      : f64(m) * load<f64>(EXACT_POWERS + (usize(e) << 3));
  }
  if (e < MIN_POWER || e > MAX_POWER) return NaN;
  return product(m, e);
}

function product(m: u64, e: i32): f64 {
  const zeros = clz(m);
  const w = m << zeros;
  const fraction = FRACTIONS + (usize(e - MIN_POWER) << 4);
  const head = load<u64>(fraction);
  let high = highProduct(w, head);
  let low = w * head;
  // The bits that decide are all ones: what was left out may carry into them.
  if ((high & 0x1ff) === 0x1ff) {
    const more = highProduct(w, load<u64>(fraction, 8));
    low += more;
    if (more > low) high++;
  }
  if (low === u64.MAX_VALUE && (e < -27 || e > 55)) return NaN;
  const upper = high >> 63;
  let mantissa = high >> (upper + 9);
  // floor(log2(10^e)) + 63, by a multiplication that is exact in this range.
  let exponent = ((217706 * e) >> 16) + 63 + i32(upper) - i32(zeros) + 1023;
  if (exponent <= 0 || exponent >= 2046) return NaN;
  // Exactly between two doubles: to the even one.
  if (low <= 1 && e >= -4 && e <= 23 && (mantissa & 3) === 1 && mantissa << (upper + 9) === high) {
    mantissa &= ~1;
  }
  mantissa = (mantissa + (mantissa & 1)) >> 1;
  if (mantissa === TWO_53) {
    mantissa >>= 1;
    exponent++;
  }
  return reinterpret<f64>((mantissa & 0x000fffffffffffff) | (u64(exponent) << 52));
}

/** The upper 64 bits of a × b. */
function highProduct(a: u64, b: u64): u64 {
  const aLow = a & 0xffffffff;
  const aHigh = a >> 32;
  const bLow = b & 0xffffffff;
  const bHigh = b >> 32;
  const middle = aHigh * bLow + ((aLow * bLow) >> 32);
  const other = aLow * bHigh + (middle & 0xffffffff);
  return aHigh * bHigh + (middle >> 32) + (other >> 32);
}

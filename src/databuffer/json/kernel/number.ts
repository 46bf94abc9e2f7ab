import {
  CARRIAGE_RETURN,
  COMMA,
  DIGIT_0,
  END_OBJECT,
  LETTER_E,
  LINE_FEED,
  LOWER_CASE,
  MINUS,
  PLUS,
  POINT,
  SPACE,
  TAB,
} from './characters';
import { POWERS } from './memory';
import { decimal } from './decimal';
import { ZEROS, digitCount, digitsAt, digitsBefore, valueOf } from './digits';
import { scale } from './scale';

const TWO_53: u64 = 1 << 53;
const TWO_64: f64 = 18446744073709551616.0;
const MAX_DIGITS: usize = 19;
/** Digits before a point, or of a whole number, that are a double with whatever follows. */
const MAX_PLAIN_UNITS: usize = 15;
/** A bit for each character up to the comma that may be behind a number. */
const BEHIND: u64 =
  ((<u64>1) << COMMA) |
  ((<u64>1) << SPACE) |
  ((<u64>1) << LINE_FEED) |
  ((<u64>1) << CARRIAGE_RETURN) |
  ((<u64>1) << TAB);
/** Characters; leading zeros of a fraction can make a number long. */
const MAX_CHARACTERS: usize = 64;

/** The last number: its sign, its absolute value, and that as a whole number if it is beyond 2^53, else 0. */
let negative: bool = false;
let value: f64 = 0;
let wide: u64 = 0;

/** The digits of a number as a whole number; see `takeDigits`. */
let mantissa: u64 = 0;

/**
 * Reads the number at `start`.
 *
 * Leaves to a slower reader anything else, and a number that may go on behind the input's end, has more
 * than 19 digits or is in doubt.
 *
 * @returns the position behind the number, 0 if it was left
 */
export function parseNumber(start: usize): usize {
  negative = load<u8>(start) === MINUS;
  const first = start + usize(negative);
  const units = digitsAt(first);
  if (u32(units - 1 < MAX_PLAIN_UNITS) & u32(u32(units === 1) | u32(load<u8>(first) !== DIGIT_0))) {
    const point = first + units;
    if (isBehindNumber(load<u8>(point))) {
      wide = 0;
      value = f64(i64(digitsBefore(point, units)));
      return point;
    }
    if (load<u8>(point) === POINT) {
      let places = digitsAt(point + 1);
      if (places === 16) places += digitsAt(point + 17);
      const end = point + 1 + places;
      if (places !== 0 && isBehindNumber(load<u8>(end))) {
        value = decimal(point, end, units);
        if (!isNaN(value)) {
          wide = 0;
          return end;
        }
      }
    }
  }
  return parseUnusual(start, first);
}

/** The same for a number with an exponent, with more digits, or none. */
function parseUnusual(start: usize, first: usize): usize {
  mantissa = 0;
  let p = takeDigits(first);
  const units = p - first;
  if (units === 0 || units > MAX_DIGITS) return 0;
  if (units > 1 && load<u8>(first) === DIGIT_0) return 0;
  let exponent = 0;
  let whole = true;
  let c = load<u8>(p);
  if (c === POINT) {
    whole = false;
    const point = ++p;
    let significant = units;
    if (mantissa === 0) {
      significant = 0;
      while (load<u8>(p) === DIGIT_0) p++;
    }
    const from = p;
    p = takeDigits(p);
    if (p === point || significant + (p - from) > MAX_DIGITS) return 0;
    exponent = -i32(p - point);
    c = load<u8>(p);
  }
  if ((c | LOWER_CASE) === LETTER_E) {
    whole = false;
    c = load<u8>(++p);
    const down = c === MINUS;
    if (down || c === PLUS) p++;
    const digits = load<u64>(p) ^ ZEROS;
    const count = digitCount(digits);
    if (count === 0 || count === 8) return 0;
    const given = i32(valueOf(digits, count));
    exponent += down ? -given : given;
    p += usize(count);
    c = load<u8>(p);
  }
  if (!isBehindNumber(c)) return 0;
  if (p - start > MAX_CHARACTERS) return 0;
  wide = 0;
  if (exponent === 0 || mantissa === 0) {
    value = f64(mantissa);
    if (whole && mantissa > TWO_53) wide = mantissa;
  } else {
    value = scale(mantissa, exponent);
    if (isNaN(value)) return 0;
  }
  // It may be a 64-bit integer that is written as 9.007199254740993e15.
  return !whole && value >= f64(TWO_53) && value <= TWO_64 ? 0 : p;
}

/** Whether a character may follow on a number: a comma, the end of a list or object, white space. */
function isBehindNumber(c: u8): bool {
  const listed = u32(c <= COMMA) & u32(BEHIND >> c);
  // A bracket is the brace with that bit missing.
  return ((listed & 1) | u32((c | LOWER_CASE) === END_OBJECT)) !== 0;
}

/** Appends the digits at `p` to `mantissa`; more than 19 in all overflow. @returns the position behind */
function takeDigits(start: usize): usize {
  let p = start;
  let count: u64;
  do {
    const digits = load<u64>(p) ^ ZEROS;
    count = digitCount(digits);
    if (count !== 0) {
      mantissa = mantissa * load<u64>(POWERS + (usize(count) << 3)) + valueOf(digits, count);
    }
    p += usize(count);
  } while (count === 8);
  return p;
}

/** Whether the last number had a minus sign. */
export function isNegative(): bool {
  return negative;
}

/** The last number, as a double. */
export function numberValue(): f64 {
  return negative ? -value : value;
}

/** The last number without its sign, as a double. */
export function magnitude(): f64 {
  return value;
}

/** The same as a whole number, if it is one beyond 2^53; else 0. */
export function wideMagnitude(): u64 {
  return wide;
}

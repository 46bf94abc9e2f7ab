import { decimal } from './decimal';
import { DigitAdder, DigitFinder, LAST_DIGITS, digitsBefore } from './digits';

/** Digits whose number and power of ten are doubles, so that one division rounds as it should. */
const MAX_DIGITS: usize = 15;
/** `move` for a number without a point. */
const NOTHING_MOVES: usize = 16;

/** Sixteen bytes of ones, then of zeros: the sixteen from byte `n` on have ones but for the last `n`. */
const ALL_BUT_LAST: usize = memory.data<u64>([-1, -1, 0, 0, 0, 0], 16);

/** What a number's digits are divided by for so many places; from the 16th on with a minus. */
const DIVISORS: usize = memory.data<f64>([
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, -1, -1e1,
  -1e2, -1e3, -1e4, -1e5, -1e6, -1e7, -1e8, -1e9, -1e10, -1e11, -1e12, -1e13, -1e14, -1e15,
]);
const HUNDRED_MILLIONS: usize = memory.data<f64>([1e8]);

// Sixteen times a character.
const COMMAS: usize = memory.data<u64>([0x2c2c2c2c2c2c2c2c, 0x2c2c2c2c2c2c2c2c], 16);
const MINUSES: usize = memory.data<u64>([0x2d2d2d2d2d2d2d2d, 0x2d2d2d2d2d2d2d2d], 16);
const POINTS: usize = memory.data<u64>([0x2e2e2e2e2e2e2e2e, 0x2e2e2e2e2e2e2e2e], 16);
const ZEROS: usize = memory.data<u64>([0x3030303030303030, 0x3030303030303030], 16);

/** Four vectors that follow on each other. */
class Block {
  /** Where a character is among their bytes, a bit for each. */
  @inline static bits(a: v128, b: v128, c: v128, d: v128, character: v128): u64 {
    return Block.joined(
      u32(i8x16.bitmask(i8x16.eq(a, character))),
      u32(i8x16.bitmask(i8x16.eq(b, character))),
      u32(i8x16.bitmask(i8x16.eq(c, character))),
      u32(i8x16.bitmask(i8x16.eq(d, character))),
    );
  }

  @inline static joined(a: u32, b: u32, c: u32, d: u32): u64 {
    return u64(a) | (u64(b) << 16) | (u64(c) << 32) | (u64(d) << 48);
  }
}

/** The first free cell after `readDecimals`. */
let cellAfter: usize = 0;

/**
 * Reads numbers with a comma behind each, up to the first that has an exponent, needs the exact way, or
 * is none.
 *
 * Of 64 bytes at a time it is found where commas, points, minus signs and digits are, and checked that
 * they stand as in numbers. Then each number is sixteen characters before its comma.
 *
 * @param start where a number may begin
 * @param firstCell address of the first free cell; see `cellAfterDecimals`
 * @param end address behind the last cell
 * @returns the position behind the last comma, `start` if there was none
 */
export function readDecimals(start: usize, firstCell: usize, end: usize): usize {
  let block = start;
  let cell = firstCell;
  const commas = v128.load(COMMAS);
  const points = v128.load(POINTS);
  const minuses = v128.load(MINUSES);
  const zeros = v128.load(ZEROS);
  const toTop = DigitFinder.toTop();
  const below = DigitFinder.below();
  const tens = DigitAdder.tens();
  const hundreds = DigitAdder.hundreds();
  const thousands = DigitAdder.thousands();
  const hundredMillions = load<f64>(HUNDRED_MILLIONS);
  while (cell < end) {
    const a = v128.load(block);
    const b = v128.load(block, 16);
    const c = v128.load(block, 32);
    const d = v128.load(block, 48);
    let comma = Block.bits(a, b, c, d, commas);
    let point = Block.bits(a, b, c, d, points);
    let minus = Block.bits(a, b, c, d, minuses);
    const zero = Block.bits(a, b, c, d, zeros);
    let digit = Block.joined(
      DigitFinder.bits(a, toTop, below),
      DigitFinder.bits(b, toTop, below),
      DigitFinder.bits(c, toTop, below),
      DigitFinder.bits(d, toTop, below),
    );
    // Up to the last comma before anything else.
    const other = ~(comma | point | minus | digit);
    comma &= (other & (0 - other)) - 1;
    if (comma === 0) break;
    const considered = u64.MAX_VALUE >> clz(comma);
    point &= considered;
    minus &= considered;
    digit &= considered;
    const starts = (comma << 1) | 1;
    // The sum moves a start by one where a minus is.
    const first = (starts + minus) & considered;
    const before = digit >> 1;
    // The sum carries from a point through the digits behind it, to what is there then.
    const ends = ((point << 1) + digit) & ~digit;
    const wrong =
      (minus & ~starts) |
      (first & ~digit) |
      (first & zero & before) |
      (point & ~((digit << 1) & before)) |
      (point & ends);
    if (wrong !== 0) break;

    let from: usize = 0;
    let long = false;
    let commasLeft = comma;
    let pointsLeft = point;
    do {
      const to = usize(ctz(commasLeft));
      commasLeft &= commasLeft - 1;
      const sign = usize((minus >> from) & 1);
      const pointAt = usize(ctz(pointsLeft));
      let digits = to - from - sign;
      let places: usize = 0;
      let move = NOTHING_MOVES;
      if (pointAt < to) {
        pointsLeft &= pointsLeft - 1;
        digits--;
        places = to - pointAt - 1;
        move = places;
      }
      if (digits > MAX_DIGITS) {
        long = true;
        break;
      }
      // What is before the point moves to where it is.
      const last = block + to;
      const characters = v128.bitselect(
        v128.load(last - 17),
        v128.load(last - 16),
        v128.load(move + ALL_BUT_LAST),
      );
      const eights = DigitAdder.eights(
        i8x16.sub_sat_u(characters, v128.load(digits + LAST_DIGITS)),
        tens,
        hundreds,
        thousands,
      );
      const halves = f64x2.convert_low_i32x4_s(eights);
      const m = f64x2.extract_lane(halves, 0) * hundredMillions + f64x2.extract_lane(halves, 1);
      store<f64>(cell, m / load<f64>((((sign << 4) + places) << 3) + DIVISORS));
      cell += 8;
      from = to + 1;
    } while (commasLeft !== 0 && cell < end);
    if (long) {
      from = readLong(block, from, comma, point, minus, cell, end);
      cell = cellAfter;
    }
    if (from === 0) break;
    block += from;
  }
  cellAfter = cell;
  return block;
}

/** The rest of a block, from a long number on. @returns where the next one begins in it */
function readLong(
  block: usize,
  start: usize,
  commas: u64,
  points: u64,
  minuses: u64,
  firstCell: usize,
  end: usize,
): usize {
  let cell = firstCell;
  let from = start;
  let comma = (commas >> from) << from;
  let point = (points >> from) << from;
  do {
    const to = usize(ctz(comma));
    const pointAt = usize(ctz(point));
    const minus = usize((minuses >> from) & 1);
    const first = from + minus;
    let number: f64;
    if (pointAt < to) {
      number = decimal(block + pointAt, block + to, pointAt - first);
      point &= point - 1;
    } else {
      number = to - first > MAX_DIGITS ? NaN : f64(i64(digitsBefore(block + to, to - first)));
    }
    if (isNaN(number)) break;
    store<f64>(cell, minus ? -number : number);
    cell += 8;
    from = to + 1;
    comma &= comma - 1;
  } while (comma !== 0 && cell < end);
  cellAfter = cell;
  return from;
}

export function cellAfterDecimals(): usize {
  return cellAfter;
}

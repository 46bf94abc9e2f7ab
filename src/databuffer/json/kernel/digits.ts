/** Eight times the character 0. */
export const ZEROS: u64 = 0x3030303030303030;

/**
 * Sixteen bytes of ones, then as many characters 0: subtracted from characters, the sixteen from byte
 * `n` on leave the last `n` as digits, and 0 before them.
 */
export const LAST_DIGITS: usize = memory.data<u64>(
  [
    0xffffffffffffffff, 0xffffffffffffffff, 0x3030303030303030, 0x3030303030303030,
    0x3030303030303030, 0x3030303030303030,
  ],
  16,
);

// Vectors lie in memory, since the engine makes a constant anew wherever it is used.
const TO_TOP: usize = memory.data<u64>([0x4646464646464646, 0x4646464646464646], 16);
const BELOW_DIGITS: usize = memory.data<u64>([0x7575757575757575, 0x7575757575757575], 16);
const TENS: usize = memory.data<u16>([2561, 2561, 2561, 2561, 2561, 2561, 2561, 2561], 16);
const HUNDREDS: usize = memory.data<u16>([100, 1, 100, 1, 100, 1, 100, 1], 16);
const THOUSANDS: usize = memory.data<u16>([10000, 1, 10000, 1, 10000, 1, 10000, 1], 16);

/**
 * Counts the digits before the first other one of eight characters.
 *
 * @param digits the characters as loaded, exclusive or `ZEROS`
 */
export function digitCount(digits: u64): u64 {
  const others =
    (((digits & 0x7f7f7f7f7f7f7f7f) + 0x7676767676767676) | digits) & 0x8080808080808080;
  return ctz(others) >> 3;
}

/** The number in the first `count` of eight digits, 1 to 8. */
export function valueOf(digits: u64, count: u64): u64 {
  // Bytes before the first digit read as leading zeros.
  let value = digits << ((8 - count) << 3);
  value = value * 10 + (value >> 8);
  return (
    ((value & 0x000000ff000000ff) * 0x000f424000000064 +
      ((value >> 16) & 0x000000ff000000ff) * 0x0000271000000001) >>
    32
  );
}

/** What finds digits among characters, sixteen at a time; made once for many. */
export class DigitFinder {
  /** A digit is among the largest of signed bytes when this is added. */
  @inline static toTop(): v128 {
    return v128.load(TO_TOP);
  }

  @inline static below(): v128 {
    return v128.load(BELOW_DIGITS);
  }

  /** Where digits are among sixteen characters, a bit for each. */
  @inline static bits(characters: v128, toTop: v128, below: v128): u32 {
    return u32(i8x16.bitmask(i8x16.gt_s(i8x16.add(characters, toTop), below)));
  }
}

/** The digits from `start` on, up to 16. */
export function digitsAt(start: usize): usize {
  const digits = DigitFinder.bits(v128.load(start), DigitFinder.toTop(), DigitFinder.below());
  return usize(ctz(~digits));
}

/** What adds up sixteen digits, a byte for each; made once for many. */
export class DigitAdder {
  @inline static tens(): v128 {
    return v128.load(TENS);
  }

  @inline static hundreds(): v128 {
    return v128.load(HUNDREDS);
  }

  @inline static thousands(): v128 {
    return v128.load(THOUSANDS);
  }

  /** The first eight and the last eight as numbers, the first two of four. */
  @inline static eights(digits: v128, tens: v128, hundreds: v128, thousands: v128): v128 {
    // 256 times ten times the first of two, and what is above it: the second one 256 times.
    const pairs = i16x8.shr_u(i16x8.mul(digits, tens), 8);
    const fours = i32x4.dot_i16x8_s(pairs, hundreds);
    return i32x4.dot_i16x8_s(i16x8.narrow_i32x4_s(fours, fours), thousands);
  }
}

/** The number in the `count` digits before `end`, up to 16. */
export function digitsBefore(end: usize, count: usize): u64 {
  const digits = i8x16.sub_sat_u(v128.load(end - 16), v128.load(count + LAST_DIGITS));
  const eights = DigitAdder.eights(
    digits,
    DigitAdder.tens(),
    DigitAdder.hundreds(),
    DigitAdder.thousands(),
  );
  const both = u64(i64x2.extract_lane(eights, 0));
  return (both & 0xffffffff) * 100000000 + (both >> 32);
}

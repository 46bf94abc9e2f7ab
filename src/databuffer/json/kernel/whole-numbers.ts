import { DIGIT_0 } from './characters';
import { ENDINGS } from './memory';

/** Bit n is set if a run of five digits ends before byte n of the block that was read last. */
let longBefore: u64 = 0;

/**
 * Reads all numbers of a block of 64 bytes that end with a comma in it, if they are whole numbers of
 * up to eight digits without a sign.
 *
 * Sixteen bytes at a time: what the up to four digits that end at each byte are worth, whatever byte
 * that is. `wholeNumberBefore` picks those that end at a comma.
 *
 * @param block address of the first byte of a number
 * @param commas where commas are in it, a bit for each; at least one
 * @returns whether they were read
 */
export function readWholeNumbers(block: usize, commas: u64): bool {
  const digits =
    digitsOf(block) |
    (digitsOf(block + 16) << 16) |
    (digitsOf(block + 32) << 32) |
    (digitsOf(block + 48) << 48);
  const considered = u64.MAX_VALUE >> clz(commas);
  const notFirst = digits << 1;
  if ((~(digits | commas) & considered) | (commas & ~notFirst)) return false;
  const two = digits & (digits >> 1);
  const four = two & (two >> 2);
  const five = four & (digits >> 4);
  if (four & (four >> 4) & (digits >> 8) & considered) return false;
  // No zero before other digits.
  const zeros =
    zerosOf(block) |
    (zerosOf(block + 16) << 16) |
    (zerosOf(block + 32) << 32) |
    (zerosOf(block + 48) << 48);
  if (zeros & ~notFirst & (digits >> 1) & considered) return false;
  longBefore = five << 5;

  let lastDigits = i8x16.splat(0);
  let lastPairs = lastDigits;
  let lastIsDigit = lastDigits;
  for (let at: usize = 0; at < 64; at += 16) {
    const characters = v128.xor(v128.load(block + at), i8x16.splat(DIGIT_0));
    const isDigit = i8x16.lt_u(characters, i8x16.splat(10));
    const units = v128.and(characters, isDigit);
    const tens = before1(lastDigits, units);
    const twice = i8x16.add(tens, tens);
    const fourTimes = i8x16.add(twice, twice);
    const pairs = v128.and(
      i8x16.add(units, i8x16.add(twice, i8x16.add(fourTimes, fourTimes))),
      isDigit,
    );
    const hundreds = v128.and(before2(lastPairs, pairs), before1(lastIsDigit, isDigit));
    const hundred = i8x16.splat(100);
    const low = i16x8.add(
      i16x8.extend_low_i8x16_u(pairs),
      i16x8.extmul_low_i8x16_u(hundreds, hundred),
    );
    const high = i16x8.add(
      i16x8.extend_high_i8x16_u(pairs),
      i16x8.extmul_high_i8x16_u(hundreds, hundred),
    );
    v128.store(ENDINGS + (at << 1), low);
    v128.store(ENDINGS + (at << 1), high, 16);
    lastDigits = units;
    lastPairs = pairs;
    lastIsDigit = isDigit;
  }
  return true;
}

/** The number that ends before a comma, of the block that was read last. */
export function wholeNumberBefore(comma: usize): u32 {
  const ending = ENDINGS + (comma << 1);
  const isLong = u32(longBefore >> comma) & 1;
  return u32(load<u16>(ending - 2)) + u32(load<u16>(ending - 10)) * isLong * 10000;
}

function digitsOf(address: usize): u64 {
  const characters = v128.xor(v128.load(address), i8x16.splat(DIGIT_0));
  return u64(i8x16.bitmask(i8x16.lt_u(characters, i8x16.splat(10))));
}

function zerosOf(address: usize): u64 {
  return u64(i8x16.bitmask(i8x16.eq(v128.load(address), i8x16.splat(DIGIT_0))));
}

/** For each byte the one before it, of two vectors that follow on each other. */
function before1(last: v128, next: v128): v128 {
  return v128.shuffle<u8>(
    last,
    next,
    15,
    16,
    17,
    18,
    19,
    20,
    21,
    22,
    23,
    24,
    25,
    26,
    27,
    28,
    29,
    30,
  );
}

function before2(last: v128, next: v128): v128 {
  return v128.shuffle<u8>(
    last,
    next,
    14,
    15,
    16,
    17,
    18,
    19,
    20,
    21,
    22,
    23,
    24,
    25,
    26,
    27,
    28,
    29,
  );
}

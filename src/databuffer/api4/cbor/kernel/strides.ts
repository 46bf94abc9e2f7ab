// Runs of items that are all alike: a first byte and a number, big endian.

const NINE_TAGS: u32 = 1 | (1 << 9);
const NINE_SIGNS: u32 = (1 << 1) | (1 << 10);
const THREE_TAGS: u32 = 1 | (1 << 3) | (1 << 6) | (1 << 9);
const FIVE_TAGS: u32 = 1 | (1 << 5) | (1 << 10) | (1 << 15);

/**
 * Turns numbers of 8 bytes around, as long as each has the same first byte.
 *
 * @param pairs how many at most, in pairs
 * @param isSigned whether to stop at one with its uppermost bit
 * @returns pairs that were stored
 */
export function eights(
  start: usize,
  end: usize,
  pairs: u32,
  to: usize,
  tag: u32,
  isSigned: boolean,
): u32 {
  const tags = i8x16.splat(i8(tag));
  let p = start;
  let target = to;
  let done: u32 = 0;
  while (done < pairs && p + 18 <= end) {
    const a = v128.load(p);
    if ((i8x16.bitmask(i8x16.eq(a, tags)) & NINE_TAGS) !== NINE_TAGS) break;
    if (isSigned && (i8x16.bitmask(a) & NINE_SIGNS) !== 0) break;
    const b = v128.load(p, 2);
    v128.store(
      target,
      v128.shuffle<u8>(a, b, 8, 7, 6, 5, 4, 3, 2, 1, 31, 30, 29, 28, 27, 26, 25, 24),
    );
    p += 18;
    target += 16;
    done++;
  }
  return done;
}

/** The same for numbers of 2 bytes, four at a time. @returns fours that were stored */
export function twos(
  start: usize,
  end: usize,
  most: u32,
  to: usize,
  tag: u32,
  isSigned: boolean,
): u32 {
  const tags = i8x16.splat(i8(tag));
  let p = start;
  let target = to;
  let done: u32 = 0;
  while (done < most && p + 16 <= end) {
    const a = v128.load(p);
    if ((i8x16.bitmask(i8x16.eq(a, tags)) & THREE_TAGS) !== THREE_TAGS) break;
    const numbers = i64x2.extract_lane(
      v128.shuffle<u8>(a, a, 2, 1, 5, 4, 8, 7, 11, 10, 0, 0, 0, 0, 0, 0, 0, 0),
      0,
    );
    if (isSigned && (numbers & 0x8000800080008000) !== 0) break;
    store<u64>(target, numbers);
    p += 12;
    target += 8;
    done++;
  }
  return done;
}

/** The same for numbers of 4 bytes, four at a time. @returns fours that were stored */
export function fours(
  start: usize,
  end: usize,
  most: u32,
  to: usize,
  tag: u32,
  isSigned: boolean,
): u32 {
  const tags = i8x16.splat(i8(tag));
  let p = start;
  let target = to;
  let done: u32 = 0;
  while (done < most && p + 20 <= end) {
    const a = v128.load(p);
    if ((i8x16.bitmask(i8x16.eq(a, tags)) & FIVE_TAGS) !== FIVE_TAGS) break;
    const b = v128.load(p, 4);
    const numbers = v128.shuffle<u8>(a, b, 4, 3, 2, 1, 9, 8, 7, 6, 14, 13, 12, 11, 31, 30, 29, 28);
    if (isSigned && i32x4.bitmask(numbers) !== 0) break;
    v128.store(target, numbers);
    p += 20;
    target += 16;
    done++;
  }
  return done;
}

/** Passes over items of 9 bytes, as long as each has the same first byte. @returns pairs */
export function skipEights(start: usize, end: usize, pairs: u32, tag: u32): u32 {
  const tags = i8x16.splat(i8(tag));
  let p = start;
  let done: u32 = 0;
  while (done < pairs && p + 18 <= end) {
    const a = v128.load(p);
    if ((i8x16.bitmask(i8x16.eq(a, tags)) & NINE_TAGS) !== NINE_TAGS) break;
    p += 18;
    done++;
  }
  return done;
}

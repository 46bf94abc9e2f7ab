/**
 * Turns cells into elements of a type, as long as each is simply a number that the type holds.
 *
 * @param cells address of `count` doubles; a NaN is the tag of something that is not a number
 * @param to address of the elements
 * @param least smallest and
 * @param largest largest double that the type holds
 * @returns how many cells were taken
 */
function convert<T>(cells: usize, count: u32, to: usize, least: f64, largest: f64): u32 {
  let i: u32 = 0;
  if (isInteger<T>() && sizeof<T>() < 4) i = convertEights<T>(cells, count, to, least, largest);
  if (isFloat<T>() && sizeof<T>() === 4) i = convertFours(cells, count, to, least, largest);
  for (; i < count; i++) {
    const number = load<f64>(cells + (usize(i) << 3));
    if (!(number >= least && number <= largest)) break;
    const element = <T>number;
    if (isInteger<T>() && <f64>element !== number) break;
    store<T>(to + usize(i) * sizeof<T>(), element);
  }
  return i;
}

/** The same for whole numbers of one or two bytes, eight cells at a time. */
function convertEights<T>(cells: usize, count: u32, to: usize, least: f64, largest: f64): u32 {
  const lower = f64x2.splat(least);
  const upper = f64x2.splat(largest);
  let i: u32 = 0;
  for (; i + 8 <= count; i += 8) {
    const from = cells + (usize(i) << 3);
    const a = v128.load(from);
    const b = v128.load(from, 16);
    const c = v128.load(from, 32);
    const d = v128.load(from, 48);
    const wholeA = i32x4.trunc_sat_f64x2_s_zero(a);
    const wholeB = i32x4.trunc_sat_f64x2_s_zero(b);
    const wholeC = i32x4.trunc_sat_f64x2_s_zero(c);
    const wholeD = i32x4.trunc_sat_f64x2_s_zero(d);
    const fit = v128.and(
      v128.and(fits(a, wholeA, lower, upper), fits(b, wholeB, lower, upper)),
      v128.and(fits(c, wholeC, lower, upper), fits(d, wholeD, lower, upper)),
    );
    if (!i64x2.all_true(fit)) break;
    // A value that fits is in the lower bytes of the 32 bits, with or without a sign.
    const halves = v128.shuffle<u16>(
      v128.shuffle<u32>(wholeA, wholeB, 0, 1, 4, 5),
      v128.shuffle<u32>(wholeC, wholeD, 0, 1, 4, 5),
      0,
      2,
      4,
      6,
      8,
      10,
      12,
      14,
    );
    if (sizeof<T>() === 2) v128.store(to + (usize(i) << 1), halves);
    else
      store<u64>(
        to + usize(i),
        i64x2.extract_lane(
          v128.shuffle<u8>(halves, halves, 0, 2, 4, 6, 8, 10, 12, 14, 0, 2, 4, 6, 8, 10, 12, 14),
          0,
        ),
      );
  }
  return i;
}

/** The same for float32, four cells at a time. */
function convertFours(cells: usize, count: u32, to: usize, least: f64, largest: f64): u32 {
  const lower = f64x2.splat(least);
  const upper = f64x2.splat(largest);
  let i: u32 = 0;
  for (; i + 4 <= count; i += 4) {
    const from = cells + (usize(i) << 3);
    const a = v128.load(from);
    const b = v128.load(from, 16);
    const fit = v128.and(within(a, lower, upper), within(b, lower, upper));
    if (!i64x2.all_true(fit)) break;
    v128.store(
      to + (usize(i) << 2),
      v128.shuffle<u64>(f32x4.demote_f64x2_zero(a), f32x4.demote_f64x2_zero(b), 0, 2),
    );
  }
  return i;
}

/** All ones for each of two numbers that is whole and within the limits; none is NaN. */
function fits(numbers: v128, whole: v128, least: v128, largest: v128): v128 {
  return v128.and(
    f64x2.eq(f64x2.convert_low_i32x4_s(whole), numbers),
    within(numbers, least, largest),
  );
}

/** All ones for each of two numbers that is within the limits; none is NaN. */
function within(numbers: v128, least: v128, largest: v128): v128 {
  return v128.and(f64x2.ge(numbers, least), f64x2.le(numbers, largest));
}

export function toInt8(cells: usize, count: u32, to: usize, least: f64, largest: f64): u32 {
  return convert<i8>(cells, count, to, least, largest);
}

export function toInt16(cells: usize, count: u32, to: usize, least: f64, largest: f64): u32 {
  return convert<i16>(cells, count, to, least, largest);
}

export function toInt32(cells: usize, count: u32, to: usize, least: f64, largest: f64): u32 {
  return convert<i32>(cells, count, to, least, largest);
}

export function toInt64(cells: usize, count: u32, to: usize, least: f64, largest: f64): u32 {
  return convert<i64>(cells, count, to, least, largest);
}

export function toUint8(cells: usize, count: u32, to: usize, least: f64, largest: f64): u32 {
  return convert<u8>(cells, count, to, least, largest);
}

export function toUint16(cells: usize, count: u32, to: usize, least: f64, largest: f64): u32 {
  return convert<u16>(cells, count, to, least, largest);
}

export function toUint32(cells: usize, count: u32, to: usize, least: f64, largest: f64): u32 {
  return convert<u32>(cells, count, to, least, largest);
}

export function toUint64(cells: usize, count: u32, to: usize, least: f64, largest: f64): u32 {
  return convert<u64>(cells, count, to, least, largest);
}

export function toFloat32(cells: usize, count: u32, to: usize, least: f64, largest: f64): u32 {
  return convert<f32>(cells, count, to, least, largest);
}

export function toFloat64(cells: usize, count: u32, to: usize, least: f64, largest: f64): u32 {
  return convert<f64>(cells, count, to, least, largest);
}

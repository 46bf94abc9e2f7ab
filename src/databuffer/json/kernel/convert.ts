/**
 * Turns cells into elements of a type, as long as each is simply a number that the type holds.
 *
 * @param cells address of `count` doubles; a NaN is none, it is the tag of something else
 * @param to address of the elements
 * @param least smallest and
 * @param largest largest double that the type holds
 * @returns how many cells were taken
 */
function convert<T>(cells: usize, count: u32, to: usize, least: f64, largest: f64): u32 {
  let i: u32 = 0;
  for (; i < count; i++) {
    const number = load<f64>(cells + (usize(i) << 3));
    if (!(number >= least && number <= largest)) break;
    const element = <T>number;
    if (isInteger<T>() && <f64>element !== number) break;
    store<T>(to + usize(i) * sizeof<T>(), element);
  }
  return i;
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

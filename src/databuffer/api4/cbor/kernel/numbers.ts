import {
  argument,
  DOUBLE,
  FALSE,
  HALF,
  half,
  headSize,
  MAJOR_NEGATIVE,
  MAJOR_UNSIGNED,
  SINGLE,
  TRUE,
  UNSIGNED_16,
  UNSIGNED_32,
  UNSIGNED_64,
} from './items';
import { AT } from './memory';
import { eights, fours, twos } from './strides';

/**
 * Reads numbers as elements of a type, as long as each is one that the type holds.
 *
 * Floats are taken by integer types of up to 32 bits if they are whole.
 *
 * @param end no byte from here on is read
 * @param to address of the elements, with room for `count`
 * @returns how many were read; `AT` is where it stopped
 */
export function readNumbers<T>(start: usize, end: usize, count: u32, to: usize): u32 {
  let p = start;
  let done: u32 = 0;
  while (done < count && p < end) {
    const initial = u32(load<u8>(p));
    const target = to + usize(done) * sizeof<T>();
    const run = readRun<T>(p, end, count - done, target, initial);
    if (run > 0) {
      p += usize(run) * (sizeof<T>() + 1);
      done += run;
      continue;
    }
    const size = headSize(initial);
    if (size === 0 || p + size > end) break;
    const isRead =
      initial >= HALF ? readFloat<T>(p, initial, target) : readWhole<T>(p, initial, size, target);
    if (!isRead) break;
    p += size;
    done++;
  }
  store<u32>(AT, u32(p));
  return done;
}

/** Numbers that look the same in CBOR and in memory, but for the order of their bytes. */
function readRun<T>(p: usize, end: usize, most: u32, target: usize, initial: u32): u32 {
  if (isFloat<T>()) {
    if (sizeof<T>() === 8) {
      return initial === DOUBLE ? eights(p, end, most >> 1, target, DOUBLE, false) << 1 : 0;
    }
    return initial === SINGLE ? fours(p, end, most >> 2, target, SINGLE, false) << 2 : 0;
  }
  if (sizeof<T>() === 8 && initial === UNSIGNED_64) {
    return eights(p, end, most >> 1, target, UNSIGNED_64, isSigned<T>()) << 1;
  }
  if (sizeof<T>() === 4 && initial === UNSIGNED_32) {
    return fours(p, end, most >> 2, target, UNSIGNED_32, isSigned<T>()) << 2;
  }
  if (sizeof<T>() === 2 && initial === UNSIGNED_16) {
    return twos(p, end, most >> 2, target, UNSIGNED_16, isSigned<T>()) << 2;
  }
  return 0;
}

function readFloat<T>(p: usize, initial: u32, target: usize): boolean {
  let value: f64;
  if (initial === DOUBLE) value = reinterpret<f64>(bswap(load<u64>(p, 1)));
  else if (initial === SINGLE) value = f64(reinterpret<f32>(bswap(load<u32>(p, 1))));
  else if (initial === HALF) value = half(u32(bswap(load<u16>(p, 1))));
  else return false;
  if (isFloat<T>()) {
    store<T>(target, <T>value);
    return true;
  }
  if (sizeof<T>() === 8) return false;
  if (!(value >= f64(least<T>()) && value <= f64(largest<T>()))) return false;
  const element = <T>value;
  if (f64(element) !== value) return false;
  store<T>(target, element);
  return true;
}

function readWhole<T>(p: usize, initial: u32, size: usize, target: usize): boolean {
  const major = initial >> 5;
  if (major > MAJOR_NEGATIVE) return false;
  const value = argument(p, size);
  if (isFloat<T>()) {
    if (major === MAJOR_UNSIGNED) store<T>(target, <T>f64(value));
    else store<T>(target, <T>(value === u64.MAX_VALUE ? -18446744073709551616.0 : -f64(value + 1)));
    return true;
  }
  // −1 − n is n with all bits turned over.
  if (value > u64(largest<T>())) return false;
  if (major === MAJOR_UNSIGNED) store<T>(target, <T>value);
  else if (isSigned<T>()) store<T>(target, <T>~value);
  else return false;
  return true;
}

function least<T>(): T {
  return isSigned<T>() ? <T>(-1 - i64(largest<T>())) : <T>0;
}

function largest<T>(): T {
  if (sizeof<T>() === 8) return isSigned<T>() ? <T>i64.MAX_VALUE : <T>u64.MAX_VALUE;
  const bits: u64 = 8 * sizeof<T>() - (isSigned<T>() ? 1 : 0);
  return <T>((u64(1) << bits) - 1);
}

/** The same for bools, or 0 and 1, which are stored as bytes. */
export function readBools(start: usize, end: usize, count: u32, to: usize): u32 {
  const last = min(end, start + usize(count));
  let p = start;
  for (; p < last; p++) {
    const initial = u32(load<u8>(p));
    const isBool = initial === TRUE || initial === FALSE;
    if (!isBool && initial > 1) break;
    store<u8>(to + (p - start), u8(initial & 1));
  }
  store<u32>(AT, u32(p));
  return u32(p - start);
}

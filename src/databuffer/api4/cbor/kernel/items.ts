// Heads of CBOR's items.

export const MAJOR_UNSIGNED: u32 = 0;
export const MAJOR_NEGATIVE: u32 = 1;
export const MAJOR_ARRAY: u32 = 4;
export const MAJOR_SIMPLE: u32 = 7;

export const UNSIGNED_16: u32 = 0x19;
export const UNSIGNED_32: u32 = 0x1a;
export const UNSIGNED_64: u32 = 0x1b;
export const FALSE: u32 = 0xf4;
export const TRUE: u32 = 0xf5;
export const HALF: u32 = 0xf9;
export const SINGLE: u32 = 0xfa;
export const DOUBLE: u32 = 0xfb;

/** Bytes of a head: 1, or 2, 3, 5 or 9 with its argument; 0 if it has none that is usual. */
export function headSize(initial: u32): usize {
  const info = initial & 31;
  if (info < 24) return 1;
  return info < 28 ? 1 + (1 << (info - 24)) : 0;
}

/** The argument of a head of so many bytes, all of which are there. */
export function argument(p: usize, size: usize): u64 {
  if (size === 1) return u64(load<u8>(p) & 31);
  if (size === 2) return u64(load<u8>(p, 1));
  if (size === 3) return u64(bswap(load<u16>(p, 1)));
  if (size === 5) return u64(bswap(load<u32>(p, 1)));
  return bswap(load<u64>(p, 1));
}

/** The number that the bits of a half float are. */
export function half(bits: u32): f64 {
  const exponent = u64((bits >> 10) & 31);
  const fraction = u64(bits & 1023);
  if (exponent === 0) {
    const size = f64(fraction) * 5.960464477539063e-8;
    return (bits & 0x8000) !== 0 ? -size : size;
  }
  const wide = exponent === 31 ? 2047 : exponent + 1008;
  const sign = u64(bits & 0x8000) << 48;
  return reinterpret<f64>(sign | (wide << 52) | (fraction << 42));
}

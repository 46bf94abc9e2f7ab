const NAN = 0x7e00;
const INFINITE = 0x7c00;
const NEGATIVE = 0x8000;
const MIN_EXPONENT = -14;
const MAX_EXPONENT = 15;
/** Bits that a float32 has more behind the point. */
const MORE_BITS = 13;

const view = new DataView(new ArrayBuffer(4));

/** The 16 bits of a half float that is exactly this number; undefined where none is. */
export function halfBits(value: number): number | undefined {
  if (Number.isNaN(value)) return NAN;
  if (Math.fround(value) !== value) return undefined;
  view.setFloat32(0, value);
  const bits = view.getUint32(0);
  const sign = (bits >>> 16) & NEGATIVE;
  if (value === 0) return sign;
  if (!Number.isFinite(value)) return sign | INFINITE;
  const exponent = ((bits >>> 23) & 0xff) - 127;
  const fraction = bits & 0x7fffff;
  if (exponent > MAX_EXPONENT) return undefined;
  if (exponent >= MIN_EXPONENT) {
    if ((fraction & (2 ** MORE_BITS - 1)) !== 0) return undefined;
    return sign | ((exponent + MAX_EXPONENT) << 10) | (fraction >>> MORE_BITS);
  }
  // Smaller ones have fewer bits, and no leading one that goes without saying.
  const dropped = MORE_BITS + MIN_EXPONENT - exponent;
  const whole = fraction | 0x800000;
  if (dropped > 23 || (whole & (2 ** dropped - 1)) !== 0) return undefined;
  return sign | (whole >>> dropped);
}

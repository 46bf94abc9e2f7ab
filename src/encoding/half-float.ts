const FRACTION_BITS = 10;
const BIAS = 15;

/** The value of an IEEE 754 number of two bytes. */
export function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> FRACTION_BITS) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * 2 ** (1 - BIAS - FRACTION_BITS);
  return sign * (1 + fraction / 2 ** FRACTION_BITS) * 2 ** (exponent - BIAS);
}

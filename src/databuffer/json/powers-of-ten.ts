/** Exponents for which a power of ten is kept, far enough from overflow and subnormals. */
export const LARGEST_EXPONENT = 290;

interface PowersOfTen {
  readonly high: Float64Array;
  readonly low: Float64Array;
}

/**
 * 10^e for |e| ≤ 290 as a sum of two doubles, good to 106 bits: `high[e + 290] + low[e + 290]`.
 *
 * `high` is the nearest double, so for 0 ≤ e ≤ 22 it is exact and `low` is 0.
 */
export const POWERS_OF_TEN = powersOfTen();

/** From whole numbers: one or two milliseconds. */
function powersOfTen(): PowersOfTen {
  const high = new Float64Array(2 * LARGEST_EXPONENT + 1);
  const low = new Float64Array(2 * LARGEST_EXPONENT + 1);
  for (let e = 0; e <= LARGEST_EXPONENT; e++) {
    const power = 10n ** BigInt(e);
    high[LARGEST_EXPONENT + e] = Number(power);
    low[LARGEST_EXPONENT + e] = Number(power - BigInt(Number(power)));

    const nearest = Number(`1e-${e}`);
    high[LARGEST_EXPONENT - e] = nearest;
    low[LARGEST_EXPONENT - e] = restOfInverse(power, nearest);
  }
  return { high, low };
}

/** 1 / power - nearest, to double precision. */
function restOfInverse(power: bigint, nearest: number): number {
  // nearest = fraction × 2^-shift, with a whole fraction of 53 bits.
  const shift = 52 - Math.floor(Math.log2(nearest));
  const half = Math.floor(shift / 2);
  const fraction = BigInt(nearest * 2 ** half * 2 ** (shift - half));
  // (1 / power - nearest) × 2^shift × 2^80 as a whole number: its first 53 bits are what counts.
  const scaled = (((1n << BigInt(shift)) - fraction * power) << 80n) / power;
  return (Number(scaled) / 2 ** 80 / 2 ** half) * 2 ** -(shift - half);
}

const FEWEST_DIGITS = 6;
const ENOUGH_DIGITS = 9;

/** The number with the fewest digits that is the same as a float32, as numpy shows it: 0.1 for 0.10000000149. */
export function shortFloat32(value: number): number {
  for (let digits = FEWEST_DIGITS; digits < ENOUGH_DIGITS; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

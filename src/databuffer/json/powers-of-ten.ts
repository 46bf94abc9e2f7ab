const MIN_POWER = -342;
const MAX_POWER = 308;

/**
 * The powers of ten that numbers are scaled with, as kernel/memory.ts lays them out in 64-bit words:
 * 32 words for 10^0 … 10^19, 32 for 10^0 … 10^22 as doubles, then two words for each of
 * 10^-342 … 10^308, a fraction of 128 bits, high word first.
 */
export function powersOfTen(): BigUint64Array {
  const words = new BigUint64Array(64 + 2 * (MAX_POWER - MIN_POWER + 1));
  const doubles = new Float64Array(words.buffer, 256, 23);
  for (let e = 0; e < 20; e++) words[e] = 10n ** BigInt(e);
  for (let e = 0; e < 23; e++) doubles[e] = 10 ** e;
  for (let e = MIN_POWER; e <= MAX_POWER; e++) {
    const fraction = e < 0 ? inverse(5n ** BigInt(-e), e >= -27) : normalized(5n ** BigInt(e));
    const at = 64 + 2 * (e - MIN_POWER);
    words[at] = fraction >> 64n;
    words[at + 1] = fraction & 0xffff_ffff_ffff_ffffn;
  }
  return words;
}

/** The first 128 bits of a number. */
function normalized(number: bigint): bigint {
  const shift = BigInt(128 - number.toString(2).length);
  return shift < 0n ? number >> -shift : number << shift;
}

/** The first 128 bits of 1 / number; rounded up where the products need it to be exact. */
function inverse(number: bigint, up: boolean): bigint {
  const bits = BigInt(number.toString(2).length);
  return (1n << (bits + 127n)) / number + (up ? 1n : 0n);
}

/** Returned by `parse` instead of a position. */
export const INCOMPLETE = -1;
export const MALFORMED = -2;

/** The number is a double. */
export const DOUBLE = 0;
/** A whole number beyond 2^53, at most 2^64 - 1; exact in `wide` as uint64. */
export const WIDE = 1;
/** A whole number below -2^53, at least -2^63; exact in `wide` as int64. */
export const NEGATIVE_WIDE = 2;
/** A number that neither a double nor 64 bits hold; exact in `text`, nearest double in `value`. */
export const INEXACT = 3;

/** Longest number, in bytes. */
export const MAX_NUMBER_LENGTH = 4096;

const TWO_53 = 2 ** 53;
const TWO_64 = 2 ** 64;

/**
 * Reads any JSON number, one that the kernel left: exactly, and in no hurry.
 */
export class DecimalParser {
  /** The last number, where its kind is DOUBLE, or what comes nearest to it. */
  value = 0;
  /** The last number as it came, where its kind is INEXACT. */
  text = '';
  /** Low and high word of the last number, where its kind is WIDE or NEGATIVE_WIDE. */
  readonly wide = new Uint32Array(2);
  kind = DOUBLE;
  /** Where the last malformed number stopped to be one. */
  malformedAt = 0;

  /**
   * Reads the number that begins at `start`.
   *
   * @param bytes must have a byte that can't be in a number at `end`
   * @param final whether the input ends at `end`, and a number there with it
   * @returns the position behind the number, INCOMPLETE or MALFORMED; it was not read if it is longer
   *   than MAX_NUMBER_LENGTH
   */
  parse(bytes: Uint8Array, start: number, end: number, final: boolean): number {
    const first = bytes[start] === 0x2d ? start + 1 : start;
    let p = behindDigits(bytes, first);
    let whole = true;
    if (p === first) return this.noDigit(p, end);
    if (bytes[first] === 0x30 && p > first + 1) return this.malformed(first + 1);
    if (bytes[p] === 0x2e) {
      whole = false;
      const point = p + 1;
      p = behindDigits(bytes, point);
      if (p === point) return this.noDigit(p, end);
    }
    if (bytes[p] === 0x65 || bytes[p] === 0x45) {
      whole = false;
      const sign = bytes[p + 1];
      const power = sign === 0x2b || sign === 0x2d ? p + 2 : p + 1;
      p = behindDigits(bytes, power);
      if (p === power) return this.noDigit(p, end);
    }
    if (p === end && !final) return INCOMPLETE;
    if (p - start <= MAX_NUMBER_LENGTH) this.take(textOf(bytes, start, p), whole);
    return p;
  }

  private take(text: string, whole: boolean): void {
    this.kind = DOUBLE;
    this.value = Number(text);
    const size = Math.abs(this.value);
    if (size < TWO_53) return;
    const number = size > TWO_64 ? undefined : whole ? BigInt(text) : wholeNumber(text);
    if (number !== undefined && number === BigInt(this.value) && size === TWO_53) return;
    const isWide =
      number !== undefined && (number >= 0n ? number < 2n ** 64n : number >= -(2n ** 63n));
    if (!isWide) {
      // At the end of 64 bits a message has to tell which number came: its text does.
      const same = size > TWO_64 ? digitsOf : (one: string) => one;
      if (same(text) === same(String(this.value))) return;
      this.kind = INEXACT;
      this.text = text;
      return;
    }
    this.kind = number >= 0n ? WIDE : NEGATIVE_WIDE;
    this.wide[0] = Number(number & 0xffffffffn);
    this.wide[1] = Number((number >> 32n) & 0xffffffffn);
  }

  /** A digit is missing. */
  private noDigit(at: number, end: number): number {
    return at === end ? INCOMPLETE : this.malformed(at);
  }

  private malformed(at: number): number {
    this.malformedAt = at;
    return MALFORMED;
  }
}

function behindDigits(bytes: Uint8Array, start: number): number {
  let p = start;
  while (bytes[p] >= 0x30 && bytes[p] <= 0x39) p++;
  return p;
}

/** The number of a text with a fraction or an exponent, if it is whole: 9.007199254740993e15. */
function wholeNumber(text: string): bigint | undefined {
  const [mantissa, power = '0'] = text.toLowerCase().split('e');
  const [units, fraction = ''] = mantissa.split('.');
  const exponent = Number(power) - fraction.length;
  const digits = BigInt(units + fraction);
  if (exponent >= 0) return digits * 10n ** BigInt(exponent);
  const divisor = 10n ** BigInt(-exponent);
  return digits % divisor === 0n ? digits / divisor : undefined;
}

/** The same for all texts of a number, however it is written: `-12e3`. */
function digitsOf(text: string): string {
  const [mantissa, power = '0'] = text.toLowerCase().split('e');
  const [units, fraction = ''] = mantissa.split('.');
  const digits = (units + fraction).replace(/^(-?)0+/, '$1');
  let end = digits.length;
  while (digits[end - 1] === '0') end--;
  return `${digits.slice(0, end)}e${Number(power) - fraction.length + digits.length - end}`;
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end));
}

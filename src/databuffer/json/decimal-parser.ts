import { LARGEST_EXPONENT, POWERS_OF_TEN } from './powers-of-ten.js';

/** What `parse` returns instead of a position. */
export const INCOMPLETE = -1;
export const MALFORMED = -2;

/** The number is a double. */
export const DOUBLE = 0;
/** A whole number beyond 2^53, at most 2^64 - 1; exact in `wide` as uint64. */
export const WIDE = 1;
/** A whole number below -2^53, at least -2^63; exact in `wide` as int64. */
export const NEGATIVE_WIDE = 2;

const TWO_32 = 2 ** 32;
const TWO_53 = 2 ** 53;
const TWO_64 = 2 ** 64;
/** Splits a double into two halves of 26 bits (Veltkamp). */
const SPLITTER = 2 ** 27 + 1;
/** Relative error of the product below, with a margin of four bits. */
const PRODUCT_ERROR = 2 ** -98;
const LARGEST_EXACT_POWER = 22;
const HEAD_DIGITS = 9;
const KEPT_DIGITS = 18;
/** Of an exponent only so much matters: beyond it everything is 0 or infinity. */
const EXPONENT_CAP = 99_999;

/**
 * Reads JSON numbers straight from bytes, each to the double that `Number()` would give.
 *
 * Up to 18 digits are kept as a whole number m, so that the value is m × 10^e. Where m and 10^|e| are
 * doubles, one operation rounds correctly (Clinger). Else the product is computed to about 100 bits,
 * and taken if every value within its error rounds to the same double. The rare rest goes to `Number()`.
 */
export class DecimalParser {
  /** Low and high word of the last number, where its kind is not DOUBLE. */
  readonly wide = new Uint32Array(2);
  kind = DOUBLE;
  /** Where the last malformed number stopped to be one. */
  malformedAt = 0;

  private readonly high = POWERS_OF_TEN.high;
  private readonly low = POWERS_OF_TEN.low;

  /**
   * Reads the number that begins at `start` into `out[index]`.
   *
   * @param bytes must have a byte that can't be in a number at `end`
   * @param final whether the input ends at `end`, and a number there with it
   * @returns the position behind the number, INCOMPLETE or MALFORMED
   */
  parse(
    bytes: Uint8Array,
    start: number,
    end: number,
    final: boolean,
    out: Float64Array,
    index: number,
  ): number {
    let p = start;
    let c = bytes[p];
    const negative = c === 0x2d;
    if (negative) c = bytes[++p];
    const first = p;
    let head = 0;
    let tail = 0;
    let digits = 0;
    let exponent = 0;
    let cut = false;

    if (c === 0x30) {
      c = bytes[++p];
      if (c >= 0x30 && c <= 0x39) return this.malformed(p);
    } else {
      // One unsigned comparison tells a digit: this is where most of the time goes.
      let digit = c - 0x30;
      let stop = p + HEAD_DIGITS;
      while (digit >>> 0 <= 9 && p < stop) {
        head = head * 10 + digit;
        digit = bytes[++p] - 0x30;
      }
      stop = first + KEPT_DIGITS;
      while (digit >>> 0 <= 9 && p < stop) {
        tail = tail * 10 + digit;
        digit = bytes[++p] - 0x30;
      }
      digits = p - first;
      while (digit >>> 0 <= 9) {
        cut ||= digit !== 0;
        exponent++;
        digit = bytes[++p] - 0x30;
      }
      c = digit + 0x30;
    }
    if (p === first) return p === end ? INCOMPLETE : this.malformed(p);
    let whole = true;
    if (c === 0x2e) {
      whole = false;
      const point = ++p;
      let digit = bytes[p] - 0x30;
      if (digits === 0) {
        while (digit === 0) digit = bytes[++p] - 0x30;
      }
      const from = p - digits;
      let stop = from + HEAD_DIGITS;
      while (digit >>> 0 <= 9 && p < stop) {
        head = head * 10 + digit;
        digit = bytes[++p] - 0x30;
      }
      stop = from + KEPT_DIGITS;
      while (digit >>> 0 <= 9 && p < stop) {
        tail = tail * 10 + digit;
        digit = bytes[++p] - 0x30;
      }
      digits = Math.max(digits, p - from);
      exponent -= p - point;
      while (digit >>> 0 <= 9) {
        cut ||= digit !== 0;
        digit = bytes[++p] - 0x30;
      }
      if (p === point) return p === end ? INCOMPLETE : this.malformed(p);
      c = digit + 0x30;
    }
    if (c === 0x65 || c === 0x45) {
      whole = false;
      c = bytes[++p];
      const down = c === 0x2d;
      if (down || c === 0x2b) c = bytes[++p];
      const power = p;
      let given = 0;
      while (c >= 0x30 && c <= 0x39) {
        if (given < EXPONENT_CAP) given = given * 10 + (c - 0x30);
        c = bytes[++p];
      }
      if (p === power) return p === end ? INCOMPLETE : this.malformed(p);
      exponent += down ? -given : given;
    }
    if (p === end && !final) return INCOMPLETE;

    this.kind = DOUBLE;
    let m = head;
    let rest = 0;
    if (digits > HEAD_DIGITS) {
      const scale = this.high[LARGEST_EXPONENT + digits - HEAD_DIGITS];
      const upper = (head >>> 15) * scale * 32768;
      const lower = (head & 32767) * scale + tail;
      m = upper + lower;
      rest = lower - (m - upper);
    }
    const exact = rest === 0 && !cut;
    let value: number;
    if (exact && (exponent === 0 || m === 0)) {
      value = m;
    } else {
      value = this.scaled(m, rest, exponent, cut);
      if (value !== value) value = Math.abs(Number(textOf(bytes, start, p)));
      if (value >= TWO_53 && value <= TWO_64) {
        if (whole) this.wideDigits(bytes, first, p, negative);
        else this.wideText(textOf(bytes, first, p), negative);
      }
    }
    out[index] = negative ? -value : value;
    return p;
  }

  /** (m + rest) × 10^exponent; NaN where its rounding is in doubt. `cut`: up to one more than m. */
  private scaled(m: number, rest: number, exponent: number, cut: boolean): number {
    const high = this.high;
    if (rest === 0 && !cut && exponent >= -LARGEST_EXACT_POWER && exponent <= LARGEST_EXACT_POWER) {
      return exponent < 0
        ? m / high[LARGEST_EXPONENT - exponent]
        : m * high[LARGEST_EXPONENT + exponent];
    }
    if (exponent < -LARGEST_EXPONENT || exponent > LARGEST_EXPONENT) return NaN;
    const t = high[LARGEST_EXPONENT + exponent];
    const product = m * t;
    // The part of m × t that rounding took away (Dekker).
    let s = m * SPLITTER;
    const mHigh = s - (s - m);
    const mLow = m - mHigh;
    s = t * SPLITTER;
    const tHigh = s - (s - t);
    const tLow = t - tHigh;
    const lost = mLow * tLow - (product - mHigh * tHigh - mLow * tHigh - mHigh * tLow);

    const correction = lost + (m * this.low[LARGEST_EXPONENT + exponent] + rest * t);
    const value = product + correction;
    const beyond = correction - (value - product);
    const error = value * PRODUCT_ERROR;
    const most = cut ? beyond + error + t : beyond + error;
    return value + most === value && value + (beyond - error) === value ? value : NaN;
  }

  /** Takes the whole number of the digits as 64 bits, where it has not more. */
  private wideDigits(bytes: Uint8Array, start: number, end: number, negative: boolean): void {
    let low = 0;
    let high = 0;
    for (let p = start; p < end; p++) {
      low = low * 10 + (bytes[p] - 0x30);
      const carry = Math.floor(low / TWO_32);
      low -= carry * TWO_32;
      high = high * 10 + carry;
      if (high >= TWO_32) return;
    }
    this.setWide(low, high, negative);
  }

  /** The same for a number with a fraction or an exponent, if it is whole: 9.007199254740993e15. */
  private wideText(text: string, negative: boolean): void {
    const [mantissa, power = '0'] = text.toLowerCase().split('e');
    const [units, fraction = ''] = mantissa.split('.');
    const exponent = Number(power) - fraction.length;
    let number = BigInt(units + fraction);
    if (exponent >= 0) {
      number *= 10n ** BigInt(exponent);
    } else {
      const divisor = 10n ** BigInt(-exponent);
      if (number % divisor !== 0n) return;
      number /= divisor;
    }
    if (number < 2n ** 64n) {
      this.setWide(Number(number & 0xffffffffn), Number(number >> 32n), negative);
    }
  }

  private setWide(low: number, high: number, negative: boolean): void {
    if (!negative) {
      this.kind = WIDE;
      this.wide[0] = low;
      this.wide[1] = high;
    } else if (high < 2 ** 31 || (high === 2 ** 31 && low === 0)) {
      this.kind = NEGATIVE_WIDE;
      this.wide[0] = -low;
      this.wide[1] = low === 0 ? -high : ~high;
    }
  }

  private malformed(at: number): number {
    this.malformedAt = at;
    return MALFORMED;
  }
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end));
}

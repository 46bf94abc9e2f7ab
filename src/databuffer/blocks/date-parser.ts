const TWO_16 = 2 ** 16;
const TWO_32 = 2 ** 32;
/** `2018-06-08T14:04:51` */
const SECOND_BYTES = 19;
const SECOND_PATTERN = '0000-00-00T00:00:00';

/**
 * Reads dates like `2018-06-08T14:04:51.551143344+02:00` to nanoseconds since the epoch, exactly.
 *
 * The offset is `Z`, `+hh:mm` or `+hhmm`; digits behind the ninth of the fraction are left out.
 * The part up to the second is worked out once for all dates that share it.
 */
export class DateParser {
  /** Low and high word of the last date's int64. */
  low = 0;
  high = 0;

  private readonly second = new Uint8Array(SECOND_BYTES);
  /** Seconds since the epoch of `second`, as if it were UTC; NaN if it is not a date. */
  private seconds = NaN;

  /** The last date, in nanoseconds since the epoch. */
  get nanoseconds(): bigint {
    return (BigInt(this.high) << 32n) | BigInt(this.low);
  }

  /** @returns whether the text is a date that fits int64 */
  parse(bytes: Uint8Array, start: number, end: number): boolean {
    if (end - start <= SECOND_BYTES) return false;
    this.turnTo(bytes, start);
    let p = start + SECOND_BYTES;
    let c = bytes[p];
    let nanoseconds = 0;
    if (c === 0x2e) {
      let unit = 100_000_000;
      const point = p;
      c = bytes[++p];
      while (p < end && c >= 0x30 && c <= 0x39) {
        nanoseconds += (c - 0x30) * unit;
        unit = Math.floor(unit / 10);
        c = bytes[++p];
      }
      if (p === point + 1) return false;
    }
    const offset = this.offset(bytes, p, end);
    const seconds = this.seconds - offset;
    if (Number.isNaN(seconds)) return false;
    return this.combine(seconds, nanoseconds);
  }

  private turnTo(bytes: Uint8Array, start: number): void {
    const { second } = this;
    let i = SECOND_BYTES - 1;
    while (i >= 0 && second[i] === bytes[start + i]) i--;
    if (i < 0) return;
    second.set(bytes.subarray(start, start + SECOND_BYTES));
    this.seconds = secondsOf(second);
  }

  /** Seconds east of UTC; NaN without an offset between `p` and `end`. */
  private offset(bytes: Uint8Array, p: number, end: number): number {
    const c = bytes[p];
    if (end - p === 1) return c === 0x5a || c === 0x7a ? 0 : NaN;
    if (c !== 0x2b && c !== 0x2d) return NaN;
    const colon = end - p === 6 && bytes[p + 3] === 0x3a ? 1 : 0;
    if (end - p !== 5 + colon) return NaN;
    const hours = number(bytes, p + 1, 2);
    const minutes = number(bytes, p + 3 + colon, 2);
    if (hours > 23 || minutes > 59) return NaN;
    return (c === 0x2d ? -60 : 60) * (hours * 60 + minutes);
  }

  /** seconds × 10^9 + nanoseconds, in two words; every step is exact in a double. */
  private combine(seconds: number, nanoseconds: number): boolean {
    const upper = Math.floor(seconds / TWO_16);
    const lower = seconds - upper * TWO_16;
    const product = upper * 1e9;
    const middle = Math.floor(product / TWO_16);
    const low = (product - middle * TWO_16) * TWO_16 + lower * 1e9 + nanoseconds;
    const carry = Math.floor(low / TWO_32);
    this.low = low - carry * TWO_32;
    this.high = middle + carry;
    return this.high >= -(2 ** 31) && this.high < 2 ** 31;
  }
}

/** Seconds since the epoch of `2018-06-08T14:04:51` in UTC; NaN if the text has another form. */
function secondsOf(text: Uint8Array): number {
  for (let i = 0; i < SECOND_BYTES; i++) {
    const isDigit = text[i] >= 0x30 && text[i] <= 0x39;
    const wanted = SECOND_PATTERN.charCodeAt(i);
    if (wanted === 0x30 ? !isDigit : text[i] !== wanted) return NaN;
  }
  const year = number(text, 0, 4);
  const month = number(text, 5, 2);
  const day = number(text, 8, 2);
  const hour = number(text, 11, 2);
  const minute = number(text, 14, 2);
  const second = number(text, 17, 2);
  // A leap second is written as 60.
  if (hour > 23 || minute > 59 || second > 60) return NaN;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return NaN;
  return date.getTime() / 1000 + hour * 3600 + minute * 60 + second;
}

/** The number in `count` digits; NaN when others are among them. */
function number(text: Uint8Array, start: number, count: number): number {
  let value = 0;
  for (let i = start; i < start + count; i++) {
    if (text[i] < 0x30 || text[i] > 0x39) return NaN;
    value = value * 10 + text[i] - 0x30;
  }
  return value;
}

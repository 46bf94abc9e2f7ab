/** Of the text and of what it may hold at first; it grows by doubling. */
const FIRST_BYTES = 2 ** 16;

const UNSIGNED = 0;
const TEXT = 3;
const ARRAY = 4;
const MAP = 5;

/** CBOR as the server's encoder writes it: everything as short as keeps its value, lengths ahead. */
export class CborWriter {
  private bytes = Buffer.alloc(FIRST_BYTES);
  private used = 0;

  get length(): number {
    return this.used;
  }

  map(entries: number): void {
    this.head(MAP, entries);
  }

  array(length: number): void {
    this.head(ARRAY, length);
  }

  text(text: string): void {
    const bytes = Buffer.from(text);
    this.head(TEXT, bytes.length);
    this.room(bytes.length);
    this.bytes.set(bytes, this.used);
    this.used += bytes.length;
  }

  true(): void {
    this.room(1);
    this.bytes[this.used++] = 0xf5;
  }

  unsigned(value: bigint): void {
    this.head(UNSIGNED, value);
  }

  /** @returns where the eight bytes of the number begin: it may be replaced by another that long */
  longUnsigned(value: bigint): number {
    if (value < 2n ** 32n) throw new RangeError(`${value} is written in fewer bytes`);
    this.unsigned(value);
    return this.used - 8;
  }

  float(value: number): void {
    this.room(9);
    const half = halfOf(value);
    if (half !== undefined) {
      this.bytes[this.used++] = 0xf9;
      this.used = this.bytes.writeUInt16BE(half, this.used);
    } else if (Object.is(Math.fround(value), value)) {
      this.bytes[this.used++] = 0xfa;
      this.used = this.bytes.writeFloatBE(value, this.used);
    } else {
      this.bytes[this.used++] = 0xfb;
      this.used = this.bytes.writeDoubleBE(value, this.used);
    }
  }

  /** What was written, in memory of its own. */
  take(): Buffer {
    return Buffer.from(this.bytes.subarray(0, this.used));
  }

  private head(kind: number, value: number | bigint): void {
    this.room(9);
    const major = kind << 5;
    if (value < 24) {
      this.bytes[this.used++] = major | Number(value);
    } else if (value < 2 ** 8) {
      this.bytes[this.used++] = major | 24;
      this.used = this.bytes.writeUInt8(Number(value), this.used);
    } else if (value < 2 ** 16) {
      this.bytes[this.used++] = major | 25;
      this.used = this.bytes.writeUInt16BE(Number(value), this.used);
    } else if (value < 2 ** 32) {
      this.bytes[this.used++] = major | 26;
      this.used = this.bytes.writeUInt32BE(Number(value), this.used);
    } else {
      this.bytes[this.used++] = major | 27;
      this.used = this.bytes.writeBigUInt64BE(BigInt(value), this.used);
    }
  }

  private room(bytes: number): void {
    if (this.used + bytes <= this.bytes.length) return;
    const larger = Buffer.alloc(Math.max(2 * this.bytes.length, this.used + bytes));
    larger.set(this.bytes.subarray(0, this.used));
    this.bytes = larger;
  }
}

/** The bits of a half float that is the value; undefined where there is none. */
export function halfOf(value: number): number | undefined {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = Object.is(value, -0) || value < 0 ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size === 0) return sign;
  if (size === Infinity) return sign | 0x7c00;
  // Steps of 2^-24 are the subnormal ones; above 2^-14 there are 1024 steps to each power of two.
  if (size < 2 ** -14) return whole(size * 2 ** 24, sign);
  if (size >= 2 ** 16) return undefined;
  const exponent = Math.floor(Math.log2(size));
  return whole((size / 2 ** exponent - 1) * 1024, sign | ((exponent + 15) << 10));
}

function whole(fraction: number, others: number): number | undefined {
  return Number.isInteger(fraction) ? others + fraction : undefined;
}

import { halfBits } from './half-float.js';

/** Major types of CBOR. */
const UNSIGNED = 0;
const NEGATIVE = 1;
const TEXT = 3;
const ARRAY = 4;
const MAP = 5;

const FALSE = 0xf4;
const TRUE = 0xf5;
const HALF = 0xf9;
const SINGLE = 0xfa;
const DOUBLE = 0xfb;

const FIRST_BYTES = 4096;
/** The longest head of an item. */
const HEAD_BYTES = 9;

/**
 * Writes CBOR as the data API's servers do: integers in as few bytes as they need, floats in the shortest of
 * two, four and eight bytes that keeps the value, arrays and maps of a length that is known.
 */
export class CborWriter {
  private bytes = Buffer.allocUnsafe(FIRST_BYTES);
  private used = 0;

  get length(): number {
    return this.used;
  }

  /** What was written; the writer begins anew, in the same memory. */
  take(): Buffer {
    const taken = Buffer.from(this.bytes.subarray(0, this.used));
    this.used = 0;
    return taken;
  }

  array(length: number): void {
    this.head(ARRAY, length);
  }

  map(entries: number): void {
    this.head(MAP, entries);
  }

  text(value: string): void {
    const length = Buffer.byteLength(value);
    this.head(TEXT, length);
    this.reserve(length);
    this.used += this.bytes.write(value, this.used);
  }

  boolean(value: boolean): void {
    this.reserve(1);
    this.bytes[this.used++] = value ? TRUE : FALSE;
  }

  /** @param value from -2^64 to 2^64 - 1; a number must be an integer that it holds exactly */
  integer(value: number | bigint): void {
    if (typeof value === 'number') {
      if (value < 0) this.head(NEGATIVE, -1 - value);
      else this.head(UNSIGNED, value);
    } else if (value < 0n) {
      this.bigHead(NEGATIVE, -1n - value);
    } else {
      this.bigHead(UNSIGNED, value);
    }
  }

  float(value: number): void {
    this.reserve(HEAD_BYTES);
    const { bytes, used } = this;
    const half = halfBits(value);
    if (half !== undefined) {
      bytes[used] = HALF;
      this.used = bytes.writeUInt16BE(half, used + 1);
    } else if (Math.fround(value) === value) {
      bytes[used] = SINGLE;
      this.used = bytes.writeFloatBE(value, used + 1);
    } else {
      bytes[used] = DOUBLE;
      this.used = bytes.writeDoubleBE(value, used + 1);
    }
  }

  private bigHead(major: number, count: bigint): void {
    if (count <= Number.MAX_SAFE_INTEGER) {
      this.head(major, Number(count));
      return;
    }
    this.reserve(HEAD_BYTES);
    this.bytes[this.used] = (major << 5) | 27;
    this.used = this.bytes.writeBigUInt64BE(count, this.used + 1);
  }

  private head(major: number, count: number): void {
    this.reserve(HEAD_BYTES);
    const { bytes, used } = this;
    const high = major << 5;
    if (count < 24) {
      bytes[used] = high | count;
      this.used = used + 1;
    } else if (count < 2 ** 8) {
      bytes[used] = high | 24;
      bytes[used + 1] = count;
      this.used = used + 2;
    } else if (count < 2 ** 16) {
      bytes[used] = high | 25;
      this.used = bytes.writeUInt16BE(count, used + 1);
    } else if (count < 2 ** 32) {
      bytes[used] = high | 26;
      this.used = bytes.writeUInt32BE(count, used + 1);
    } else {
      bytes[used] = high | 27;
      bytes.writeUInt32BE(Math.floor(count / 2 ** 32), used + 1);
      this.used = bytes.writeUInt32BE(count % 2 ** 32, used + 5);
    }
  }

  private reserve(length: number): void {
    const needed = this.used + length;
    if (needed <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.bytes.length));
    this.bytes.copy(larger, 0, 0, this.used);
    this.bytes = larger;
  }
}

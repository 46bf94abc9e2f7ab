/** How a server spells CBOR; by default as ciborium does, with everything as short as it can be. */
export interface CborStyle {
  /** Arrays, maps and texts without a length at their beginning. */
  readonly indefinite?: boolean;
  /** Integers and lengths in 8 bytes, floats as doubles. */
  readonly wide?: boolean;
}

const MAJOR = { uint: 0, negative: 1, text: 3, array: 4, map: 5 } as const;
const BREAK = 0xff;
const PIECE = 7;

/** Writes CBOR. */
export class CborEncoder {
  private bytes = Buffer.alloc(1 << 12);
  private length = 0;

  constructor(private readonly style: CborStyle = {}) {}

  /** What was written since the last time. */
  take(): Buffer {
    const taken = Buffer.from(this.bytes.subarray(0, this.length));
    this.length = 0;
    return taken;
  }

  int(value: number | bigint): void {
    if (value >= 0) this.head(MAJOR.uint, value);
    else this.head(MAJOR.negative, -1n - BigInt(value));
  }

  /** In the shortest of half, single and double precision that keeps the value. */
  float(value: number): void {
    const half = this.style.wide ? undefined : halfOf(value);
    if (half !== undefined) {
      this.byte(0xf9);
      this.room(2);
      this.length = this.bytes.writeUInt16BE(half, this.length);
    } else if (!this.style.wide && Math.fround(value) === value) {
      this.byte(0xfa);
      this.room(4);
      this.length = this.bytes.writeFloatBE(value, this.length);
    } else {
      this.byte(0xfb);
      this.room(8);
      this.length = this.bytes.writeDoubleBE(value, this.length);
    }
  }

  bool(value: boolean): void {
    this.byte(value ? 0xf5 : 0xf4);
  }

  null(): void {
    this.byte(0xf6);
  }

  text(text: string): void {
    if (!this.style.indefinite) return this.wholeText(text);
    this.byte((MAJOR.text << 5) | 31);
    const letters = [...text];
    for (let at = 0; at < letters.length; at += PIECE) {
      this.wholeText(letters.slice(at, at + PIECE).join(''));
    }
    this.byte(BREAK);
  }

  array(length: number, elements: () => void): void {
    this.collection(MAJOR.array, length, elements);
  }

  map(length: number, entries: () => void): void {
    this.collection(MAJOR.map, length, entries);
  }

  private wholeText(text: string): void {
    const bytes = Buffer.from(text);
    this.head(MAJOR.text, bytes.length);
    this.room(bytes.length);
    this.length += bytes.copy(this.bytes, this.length);
  }

  private collection(major: number, length: number, content: () => void): void {
    if (!this.style.indefinite) {
      this.head(major, length);
      return content();
    }
    this.byte((major << 5) | 31);
    content();
    this.byte(BREAK);
  }

  private head(major: number, value: number | bigint): void {
    const first = major << 5;
    this.room(9);
    if (this.style.wide || value > 0xffff_ffff) {
      this.byte(first | 27);
      this.length = this.bytes.writeBigUInt64BE(BigInt(value), this.length);
    } else if (value < 24) {
      this.byte(first | Number(value));
    } else if (value <= 0xff) {
      this.byte(first | 24);
      this.byte(Number(value));
    } else if (value <= 0xffff) {
      this.byte(first | 25);
      this.length = this.bytes.writeUInt16BE(Number(value), this.length);
    } else {
      this.byte(first | 26);
      this.length = this.bytes.writeUInt32BE(Number(value), this.length);
    }
  }

  private byte(value: number): void {
    this.room(1);
    this.bytes[this.length++] = value;
  }

  private room(bytes: number): void {
    if (this.length + bytes <= this.bytes.length) return;
    const larger = Buffer.alloc(2 * (this.bytes.length + bytes));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }
}

const single = new Float32Array(1);
const singleBits = new Uint32Array(single.buffer);

/** The bits of a half float that is exactly this value, if there is one. */
function halfOf(value: number): number | undefined {
  if (Number.isNaN(value)) return 0x7e00;
  single[0] = value;
  if (single[0] !== value) return undefined;
  const [bits] = singleBits;
  const sign = (bits >>> 16) & 0x8000;
  const exponent = ((bits >>> 23) & 0xff) - 127;
  const mantissa = bits & 0x7f_ffff;
  if (exponent === 128) return sign | 0x7c00;
  if (value === 0) return sign;
  if (exponent > 15 || exponent < -24) return undefined;
  if (exponent >= -14) {
    return mantissa & 0x1fff ? undefined : sign | ((exponent + 15) << 10) | (mantissa >>> 13);
  }
  // Below its normal numbers a half has steps of 2^-24.
  const dropped = -1 - exponent;
  const whole = mantissa | 0x80_0000;
  return whole & ((1 << dropped) - 1) ? undefined : sign | (whole >>> dropped);
}

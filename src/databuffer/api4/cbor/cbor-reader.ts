import { MalformedReply } from '../../errors.js';
import {
  UNSIGNED,
  NEGATIVE,
  BYTES,
  TEXT,
  ARRAY,
  MAP,
  TAG,
  FLOAT,
  BOOL,
  NULL,
  SIMPLE,
  BREAK,
  BIGNUM,
} from './cbor-kinds.js';
import { halfFloat } from '../../../encoding/half-float.js';
import type { Kernel } from './kernel.js';

/** Arrays and maps in each other: a server's maps have three. */
const MAX_DEPTH = 32;
const TWO_32 = 2 ** 32;
const INDEFINITE = 31;

/** Where the bytes of an item come from. */
export interface Supply {
  /** Of its first byte, in the reply. */
  readonly offset: number;
  readonly length: number;
  /**
   * Makes the bytes from a position on lie in the reader's memory, nine at least where there are as many.
   *
   * @param window where there is room for some
   * @returns where they begin, and how many they are
   */
  load(position: number, window: number): { readonly at: number; readonly count: number };
}

/**
 * Reads CBOR (RFC 8949), one item after another, as whoever calls it asks for it. Nothing is kept, and no
 * more is believed than there are bytes.
 *
 * @throws MalformedReply from every method that reads
 */
export class CborReader {
  /** Where the next item begins in `bytes`, and where what is there of the frame ends. */
  at = 0;
  end = 0;

  /** Of the last head: words of a whole number (of a negative one, of −1 − n), or of a tag. */
  low = 0;
  high = 0;
  float = 0;
  bool = false;
  /** Bytes of a text, elements of an array or pairs of a map; −1 where that is not said. */
  count = 0;

  private supply!: Supply;
  /** Where the frame's first byte would be in `bytes`. */
  private base = 0;
  private readonly view: DataView;
  private readonly scratch = new DataView(new ArrayBuffer(8));
  private readonly open = new Float64Array(MAX_DEPTH);

  /**
   * @param window room for bytes that don't lie in memory yet
   * @param kernel whose memory `bytes` is: it passes over numbers
   */
  constructor(
    readonly bytes: Uint8Array,
    private readonly window = 0,
    private readonly kernel?: Kernel,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Begins to read at a position of another item. */
  begin(supply: Supply, position = 0): void {
    this.supply = supply;
    this.load(position);
  }

  /** Bytes of the item before what comes next. */
  get position(): number {
    return this.at - this.base;
  }

  get left(): number {
    return this.supply.length - this.position;
  }

  /** Reads the head of the next item; the content of a text, an array, a map or a tag comes next. */
  next(): number {
    this.need(1);
    const initial = this.bytes[this.at];
    const major = initial >> 5;
    const info = initial & 31;
    if (info < 24) this.setWords(info, 0, 1);
    else if (info < 28) this.readArgument(info);
    else if (info !== INDEFINITE || major < BYTES || major === TAG) {
      this.fail(`0x${initial.toString(16)} is no CBOR`);
    } else {
      this.at++;
      this.count = -1;
      return major === FLOAT ? BREAK : major;
    }
    if (major >= BYTES && major <= MAP) this.setCount(major);
    return major === FLOAT ? this.simple(info) : major;
  }

  /** As `next`, behind any tags; a big number is a whole number, as far as it has 64 bits. */
  value(): number {
    let kind = this.next();
    let tag = 0;
    while (kind === TAG) {
      tag = this.high === 0 ? this.low : 0;
      kind = this.next();
    }
    return kind === BYTES && (tag === 2 || tag === 3) ? this.bignum(tag) : kind;
  }

  /** The whole number of a kind that was read. */
  whole(kind: number): bigint {
    const value = (BigInt(this.high) << 32n) | BigInt(this.low);
    return kind === NEGATIVE ? -1n - value : value;
  }

  /** Whether an array or map is over of which so many elements or pairs were read. */
  isOver(count: number, read: number): boolean {
    if (count >= 0) return read === count;
    this.need(1);
    if (this.bytes[this.at] !== 0xff) return false;
    this.at++;
    return true;
  }

  /**
   * The bytes of the text whose head was read; valid until the next one is.
   *
   * @returns undefined where it has more than `most` bytes: these are passed over
   */
  content(kind: number, most: number): Uint8Array | undefined {
    if (this.count >= 0) return this.piece(this.count, most);
    const pieces: Uint8Array[] = [];
    let total = 0;
    for (let chunk = this.next(); chunk !== BREAK; chunk = this.next()) {
      if (chunk !== kind || this.count < 0) this.fail('a piece of a text is no text');
      total += this.count;
      const piece = this.piece(this.count, most - (total - this.count));
      if (piece !== undefined) pieces.push(piece.slice());
      else pieces.length = 0;
    }
    return total > most ? undefined : Buffer.concat(pieces);
  }

  /** Passes over the next item, whatever is in it. */
  skip(): void {
    this.skipContent(this.next());
  }

  /** Passes over so many items. */
  skipAll(count: number): void {
    for (let done = 0; done < count; done++) {
      done += this.passNumbers(count - done);
      if (done < count) this.skip();
    }
  }

  /** Passes over the content of an item whose head was read. */
  skipContent(first: number): void {
    const { open } = this;
    let depth = 0;
    let kind = first;
    let areNumbers = true;
    for (;;) {
      if (kind === BREAK) this.fail('a break where a value belongs');
      const items = this.itemsIn(kind);
      if (items !== 0) {
        if (depth === MAX_DEPTH) this.fail(`more than ${MAX_DEPTH} arrays and maps in each other`);
        open[depth++] = items;
        areNumbers = true;
      }
      // Ends what is over, and counts what comes next.
      for (; depth > 0; depth--) {
        const announced = open[depth - 1];
        const passed: number = areNumbers && announced !== 0 ? this.passNumbers(announced) : 0;
        areNumbers = passed > 0;
        const left = announced < 0 ? announced : announced - passed;
        if (left > 0) {
          open[depth - 1] = left - 1;
          break;
        }
        if (left < 0 && !this.isOver(-1, 0)) {
          // −2, −3: before a key, before a value.
          if (left < -1) open[depth - 1] = left === -2 ? -3 : -2;
          break;
        }
        if (left === -3) this.fail('a key without a value');
      }
      if (depth === 0) return;
      kind = this.next();
    }
  }

  /** Passes over numbers, as the next items; not in a map that has no length. @returns how many */
  private passNumbers(most: number): number {
    const { kernel, at, end } = this;
    if (kernel === undefined || most < -1) return 0;
    const count = kernel.skipNumbers(at, end, most < 0 ? 0xffffffff : most);
    if (count > 0) this.at = kernel.at;
    return count;
  }

  /** @throws MalformedReply at the place where the reader is */
  fail(what: string): never {
    throw new MalformedReply(this.supply.offset + this.position, what);
  }

  /** Makes so many bytes, nine at most, lie in memory. */
  need(count: number): void {
    if (this.at + count <= this.end) return;
    if (count > this.left) this.fail('the frame ends within its CBOR item');
    this.load(this.position);
  }

  private load(position: number): void {
    const { at, count } = this.supply.load(position, this.window);
    this.at = at;
    this.base = at - position;
    this.end = at + count;
  }

  /** How many items are in one: −1 where that is not said, −2 of a map; those of a text are passed over. */
  private itemsIn(kind: number): number {
    const { count } = this;
    switch (kind) {
      case TAG:
        return 1;
      case ARRAY:
        return count < 0 ? -1 : count;
      case MAP:
        return count < 0 ? -2 : 2 * count;
      case BYTES:
      case TEXT:
        if (count >= 0) this.pass(count);
        else this.content(kind, 0);
        return 0;
      default:
        return 0;
    }
  }

  private piece(length: number, most: number): Uint8Array | undefined {
    if (length > most) {
      this.pass(length);
      return undefined;
    }
    if (this.at + length <= this.end) {
      this.at += length;
      return this.bytes.subarray(this.at - length, this.at);
    }
    const whole = new Uint8Array(length);
    for (let done = 0; done < length;) {
      this.need(1);
      const count = Math.min(length - done, this.end - this.at);
      whole.set(this.bytes.subarray(this.at, this.at + count), done);
      this.at += count;
      done += count;
    }
    return whole;
  }

  private pass(length: number): void {
    if (this.at + length <= this.end) this.at += length;
    else this.load(this.position + length);
  }

  private readArgument(info: number): void {
    const size = 1 << (info - 24);
    this.need(1 + size);
    const { view, at } = this;
    if (size === 1) this.setWords(view.getUint8(at + 1), 0, 2);
    else if (size === 2) this.setWords(view.getUint16(at + 1), 0, 3);
    else if (size === 4) this.setWords(view.getUint32(at + 1), 0, 5);
    else this.setWords(view.getUint32(at + 5), view.getUint32(at + 1), 9);
  }

  private setWords(low: number, high: number, size: number): void {
    this.low = low;
    this.high = high;
    this.at += size;
  }

  /** Believes no length that what is left can't have. */
  private setCount(major: number): void {
    this.count = this.high * TWO_32 + this.low;
    const least = major === MAP ? 2 * this.count : this.count;
    if (least > this.left) this.fail(`${this.count} are announced, ${this.left} bytes are left`);
  }

  private simple(info: number): number {
    const { scratch, low, high } = this;
    if (info <= 24) {
      this.bool = low === 21;
      return low === 20 || low === 21 ? BOOL : low === 22 || low === 23 ? NULL : SIMPLE;
    }
    if (info === 25) this.float = halfFloat(low);
    else {
      scratch.setUint32(0, info === 26 ? low : high);
      scratch.setUint32(4, low);
      this.float = info === 26 ? scratch.getFloat32(0) : scratch.getFloat64(0);
    }
    return FLOAT;
  }

  private bignum(tag: number): number {
    const bytes = this.content(BYTES, 64);
    const first = bytes?.findIndex((byte) => byte !== 0) ?? 0;
    if (bytes === undefined || (first >= 0 && bytes.length - first > 8)) return BIGNUM;
    this.low = 0;
    this.high = 0;
    for (const byte of bytes) {
      this.high = ((this.high << 8) | (this.low >>> 24)) >>> 0;
      this.low = ((this.low << 8) | byte) >>> 0;
    }
    return tag === 2 ? UNSIGNED : NEGATIVE;
  }
}

import { MalformedReply, TruncatedReply } from '../errors.js';
import { CellPage } from './cell-page.js';
import {
  DOUBLE,
  DecimalParser,
  INCOMPLETE,
  MAX_NUMBER_LENGTH,
  MALFORMED,
} from './decimal-parser.js';
import { type Kernel, WINDOW } from './kernel.js';
import { StringParser } from './string-parser.js';
import { isUnfinished } from './unfinished-point.js';
import {
  BEGIN_LIST,
  BEGIN_OBJECT,
  END_LIST,
  END_OBJECT,
  FALSE,
  KEY,
  NEED_BYTES,
  NULL,
  NUMBER,
  STRING,
  TRUE,
  type Token,
} from './tokens.js';

/** Lists and objects inside one another that are still followed. */
export const MAX_REPLY_NESTING = 128;

// The tokens that the grammar allows next.
const VALUE = 0;
const VALUE_OR_END = 1;
const KEY_OR_END = 2;
const KEY_ONLY = 3;
const COLON = 4;
const COMMA_OR_END = 5;
const NOTHING = 6;

const LITERALS: readonly { word: Uint8Array; token: Token; number: number }[] = [
  { word: Buffer.from('true'), token: TRUE, number: 0 },
  { word: Buffer.from('false'), token: FALSE, number: 0 },
  { word: Buffer.from('null'), token: NULL, number: 0 },
  { word: Buffer.from('NaN'), token: NUMBER, number: NaN },
  { word: Buffer.from('Infinity'), token: NUMBER, number: Infinity },
  { word: Buffer.from('-Infinity'), token: NUMBER, number: -Infinity },
];

const BYTE_ORDER_MARK = Buffer.from('\ufeff');

/**
 * Splits JSON that comes in pieces of any size into tokens, in constant memory.
 *
 * JSON as RFC 8259 has it, a byte order mark before it, and Python's bare NaN, Infinity and -Infinity. Fed bytes are copied into
 * a window with a 0 behind them, so that the loops need no check for its end. What a window's end
 * cuts off stays in it and is read again with the bytes that follow.
 */
export class JsonScanner {
  readonly number: Float64Array;
  numberKind = DOUBLE;
  readonly text = new StringParser();
  /** How many lists and objects are open. */
  depth = 0;

  private readonly decimal = new DecimalParser();
  readonly wide = this.decimal.wide;
  private readonly window: Uint8Array;
  private pos = 0;
  private end = 0;
  /** Bytes of the input before the window. */
  private before = 0;
  private final = false;
  private expect = VALUE;
  /** The token of a string that has begun and not ended, else NEED_BYTES. */
  private stringToken: Token = NEED_BYTES;
  /** 1 for each open object, 0 for each open list. */
  private readonly open = new Uint8Array(MAX_REPLY_NESTING + 1);
  /** The depth at which what is skipped ends; -1 when nothing is skipped. */
  private skipDepth = -1;
  private readonly skipped: CellPage;

  constructor(private readonly kernel: Kernel) {
    this.window = kernel.window;
    this.number = kernel.number;
    this.skipped = new CellPage(kernel, 2);
  }

  /** The last number as it came, where its kind is INEXACT. */
  get numberText(): string {
    return this.decimal.text;
  }

  /** Bytes of the input so far. */
  get bytes(): number {
    return this.before + this.end;
  }

  /** Whether the value at the top is complete. */
  get complete(): boolean {
    return this.expect === NOTHING;
  }

  /** Takes as many bytes of `chunk` from `from` on as there is room for, and says how many. */
  feed(chunk: Uint8Array, from: number): number {
    const { window, pos } = this;
    window.copyWithin(0, pos, this.end);
    this.before += pos;
    this.end -= pos;
    this.pos = 0;
    const count = Math.min(chunk.length - from, WINDOW - this.end);
    window.set(count === chunk.length ? chunk : chunk.subarray(from, from + count), this.end);
    this.end += count;
    window[this.end] = 0;
    return count;
  }

  /** No more bytes will come: a number that stands at the end is complete now. */
  finish(): void {
    this.final = true;
  }

  /** @throws TruncatedReply unless the value at the top is complete */
  ensureComplete(): void {
    if (!this.complete) throw new TruncatedReply(this.bytes);
  }

  /** Passes over the value that follows the key that was just read. */
  skipValue(): void {
    this.skipDepth = this.depth;
  }

  /** Passes over the rest of the innermost list or object, its end included. */
  skipRest(): void {
    this.skipDepth = this.depth - 1;
  }

  /** @throws MalformedReply */
  next(): Token {
    if (this.skipDepth >= 0 && !this.skip()) return NEED_BYTES;
    return this.step();
  }

  /**
   * Reads numbers of the innermost list as long as there is nothing else and the page has room.
   *
   * Everything else, the list's end included, comes from `next`.
   */
  readNumbers(page: CellPage): void {
    if (this.skipDepth < 0) this.takeNumbers(page);
  }

  /**
   * Reads points of scalars of the innermost list as long as they are usual; see `Kernel.readPoints`.
   *
   * @returns how many there were
   */
  readPoints(page: CellPage, room: number, above: number, last: number): number {
    if (this.skipDepth >= 0 || !this.toListItem()) return 0;
    const p = page.readPoints(this.pos, room, above, last);
    return this.afterItems(p);
  }

  /**
   * Reads a row of the innermost list up to the elements of its value, if it is usual; see `Kernel.readHead`.
   *
   * @returns whether it was; the list of elements is the innermost one then
   */
  readHead(): boolean {
    if (this.skipDepth >= 0 || !this.toListItem()) return false;
    const p = this.kernel.readHead(this.pos);
    if (p === 0) return false;
    this.pos = p;
    this.open[++this.depth] = 1;
    this.open[++this.depth] = 0;
    this.expect = VALUE_OR_END;
    return true;
  }

  /** Reads the rest of a row behind the elements, its end included, if it is usual. @returns whether it was */
  readTail(): boolean {
    if (this.skipDepth >= 0 || this.expect !== COMMA_OR_END) return false;
    const p = this.kernel.readTail(this.pos);
    if (p === 0) return false;
    this.pos = p;
    this.depth--;
    return true;
  }

  /** Whether all that there is to read is the beginning of an item, of which the rest is to come. */
  get atUnfinishedItem(): boolean {
    const { expect } = this;
    if (this.skipDepth >= 0 || (expect !== VALUE && expect !== VALUE_OR_END)) return false;
    return isUnfinished(this.window, this.pos, this.end);
  }

  private takeNumbers(page: CellPage): void {
    if (this.toListItem()) this.afterItems(page.readNumbers(this.pos));
  }

  /** Goes to where an item of the innermost list may stand. @returns whether that is here */
  private toListItem(): boolean {
    const { expect, window } = this;
    if (this.open[this.depth] !== 0 || this.stringToken !== NEED_BYTES) return false;
    if (expect === VALUE || expect === VALUE_OR_END) return true;
    if (expect !== COMMA_OR_END) return false;
    let p = this.pos;
    let c = window[p];
    while (c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09) c = window[++p];
    this.pos = p;
    if (c !== 0x2c) return false;
    this.expect = VALUE;
    this.pos = p + 1;
    return true;
  }

  /** The kernel read items up to a position. @returns how many */
  private afterItems(position: number): number {
    const { count, afterComma } = this.kernel;
    this.pos = position;
    if (count > 0) this.expect = afterComma ? VALUE : COMMA_OR_END;
    return count;
  }

  /** Goes on skipping. @returns whether the end was reached */
  private skip(): boolean {
    for (;;) {
      if (this.depth > this.skipDepth && this.open[this.depth] === 0) {
        this.skipped.clear();
        this.takeNumbers(this.skipped);
      }
      const token = this.step();
      if (token === NEED_BYTES) return false;
      if (this.depth === this.skipDepth && token !== KEY) {
        this.skipDepth = -1;
        return true;
      }
    }
  }

  private step(): Token {
    const window = this.window;
    if (this.stringToken !== NEED_BYTES) return this.string(this.pos);
    let p = this.pos;
    for (;;) {
      let c = window[p];
      while (c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09) c = window[++p];
      this.pos = p;
      if (p === this.end) return NEED_BYTES;
      switch (this.expect) {
        case COMMA_OR_END:
          if (c === 0x2c) {
            this.expect = this.open[this.depth] === 1 ? KEY_ONLY : VALUE;
            p++;
            continue;
          }
          return this.close(c);
        case COLON:
          if (c !== 0x3a) throw this.unexpected(p, "':'");
          this.expect = VALUE;
          p++;
          continue;
        case KEY_OR_END:
        case KEY_ONLY:
          if (c === 0x7d && this.expect === KEY_OR_END) return this.close(c);
          if (c !== 0x22) throw this.unexpected(p, 'a key');
          return this.beginString(KEY);
        case VALUE_OR_END:
        case VALUE:
          if (c === 0x5d && this.expect === VALUE_OR_END) return this.close(c);
          return this.value(c);
        default:
          throw this.unexpected(p, 'nothing behind the end');
      }
    }
  }

  private value(c: number): Token {
    switch (c) {
      case 0x7b:
        return this.begin(1, KEY_OR_END, BEGIN_OBJECT);
      case 0x5b:
        return this.begin(0, VALUE_OR_END, BEGIN_LIST);
      case 0x22:
        return this.beginString(STRING);
      case 0x2d:
        if (this.window[this.pos + 1] === 0x49) return this.literal();
        return this.numeric();
      default:
        return c >= 0x30 && c <= 0x39 ? this.numeric() : this.literal();
    }
  }

  private begin(kind: 0 | 1, expect: number, token: Token): Token {
    if (this.depth === MAX_REPLY_NESTING) {
      throw this.malformed(this.pos, `nested deeper than ${MAX_REPLY_NESTING}`);
    }
    this.open[++this.depth] = kind;
    this.expect = expect;
    this.pos++;
    return token;
  }

  private close(c: number): Token {
    const isObject = this.open[this.depth] === 1;
    if (c !== (isObject ? 0x7d : 0x5d)) {
      throw this.unexpected(this.pos, isObject ? "',' or '}'" : "',' or ']'");
    }
    this.depth--;
    this.pos++;
    this.afterValue();
    return isObject ? END_OBJECT : END_LIST;
  }

  private afterValue(): void {
    this.expect = this.depth === 0 ? NOTHING : COMMA_OR_END;
  }

  private beginString(token: Token): Token {
    this.stringToken = token;
    this.text.begin();
    return this.string(this.pos + 1);
  }

  private string(from: number): Token {
    const p = this.text.read(this.window, from, this.end);
    if (p === MALFORMED) throw this.malformed(this.text.position, 'not allowed in a string');
    if (p === INCOMPLETE) {
      this.pos = this.text.position;
      return NEED_BYTES;
    }
    const token = this.stringToken;
    this.stringToken = NEED_BYTES;
    this.pos = p;
    if (token === STRING) {
      this.afterValue();
    } else if (this.window[p] === 0x3a) {
      this.expect = VALUE;
      this.pos = p + 1;
    } else {
      this.expect = COLON;
    }
    return token;
  }

  private numeric(): Token {
    const { decimal, pos, end } = this;
    const usual = this.kernel.readNumber(pos);
    if (usual !== 0) return this.endNumber(usual, DOUBLE);
    const p = decimal.parse(this.window, pos, end, this.final);
    if (p === MALFORMED) throw this.unexpected(decimal.malformedAt, 'a digit');
    if ((p === INCOMPLETE ? end : p) - pos > MAX_NUMBER_LENGTH) {
      throw this.malformed(pos, `a number longer than ${MAX_NUMBER_LENGTH} bytes`);
    }
    if (p === INCOMPLETE) return NEED_BYTES;
    this.number[0] = decimal.value;
    return this.endNumber(p, decimal.kind);
  }

  private endNumber(position: number, kind: number): Token {
    this.numberKind = kind;
    this.pos = position;
    this.afterValue();
    return NUMBER;
  }

  private literal(): Token {
    const { window, pos, end } = this;
    const letter = window[pos];
    const literal = LITERALS.find(({ word }) => word[0] === letter);
    if (literal === undefined) {
      if (letter === BYTE_ORDER_MARK[0] && this.before + pos === 0) return this.byteOrderMark();
      throw this.unexpected(pos, 'a value');
    }
    const { word, token, number } = literal;
    for (let i = 1; i < word.length; i++) {
      if (pos + i === end) return NEED_BYTES;
      if (window[pos + i] !== word[i]) throw this.unexpected(pos + i, String(Buffer.from(word)));
    }
    this.number[0] = number;
    this.numberKind = DOUBLE;
    this.pos = pos + word.length;
    this.afterValue();
    return token;
  }

  private byteOrderMark(): Token {
    for (let i = 1; i < BYTE_ORDER_MARK.length; i++) {
      if (i === this.end) return NEED_BYTES;
      if (this.window[i] !== BYTE_ORDER_MARK[i]) throw this.unexpected(i, 'a byte order mark');
    }
    this.pos = BYTE_ORDER_MARK.length;
    return this.step();
  }

  private unexpected(at: number, wanted: string): MalformedReply {
    const c = this.window[at];
    const found = c > 0x20 && c < 0x7f ? `'${String.fromCharCode(c)}'` : `byte 0x${c.toString(16)}`;
    return this.malformed(at, `${found} where ${wanted} was expected`);
  }

  private malformed(at: number, what: string): MalformedReply {
    return new MalformedReply(this.before + at, what);
  }
}

import { isUtf8 } from 'node:buffer';
import { MAX_TEXT_LENGTH } from '../blocks/text-buffer.js';
import { INCOMPLETE, MALFORMED } from './decimal-parser.js';

/** Characters behind a backslash, and the bytes that they stand for. */
const ESCAPES = new Map(
  [...'"\\/bfnrt'].map((letter, index) => [
    letter.charCodeAt(0),
    [0x22, 0x5c, 0x2f, 0x08, 0x0c, 0x0a, 0x0d, 0x09][index],
  ]),
);

/**
 * Reads JSON strings from bytes that may end anywhere, to valid UTF-8.
 *
 * A string without escapes that lies in one piece is not copied.
 */
export class StringParser {
  /** The text is `bytes[start] … bytes[end - 1]`, until the next string is begun. */
  bytes: Uint8Array = new Uint8Array(256);
  start = 0;
  end = 0;
  /** Part of it was not Unicode (a lone surrogate, bad UTF-8) and stands as U+FFFD. */
  replaced = false;
  /** It contains U+0000. */
  nul = false;
  /** It was longer than MAX_TEXT_LENGTH and is not there. */
  overlong = false;
  /** Where to go on after INCOMPLETE, or what was wrong after MALFORMED. */
  position = 0;

  private own = this.bytes;
  private kept = 0;
  /** All bytes so far, or'ed: shows whether there were others than ASCII. */
  private seen = 0;

  begin(): void {
    this.kept = 0;
    this.seen = 0;
    this.replaced = false;
    this.nul = false;
    this.overlong = false;
  }

  /**
   * Reads on from `p`, behind the opening quote or where the last call stopped.
   *
   * @param input must have a 0 at `limit`
   * @returns the position behind the closing quote, INCOMPLETE or MALFORMED
   */
  read(input: Uint8Array, p: number, limit: number): number {
    let from = p;
    let seen = this.seen;
    for (;;) {
      let c = input[p];
      while (c !== 0x22 && c !== 0x5c && c >= 0x20) {
        seen |= c;
        c = input[++p];
      }
      if (c === 0x22) {
        this.seen = seen;
        this.finish(input, from, p);
        return p + 1;
      }
      this.keep(input, from, p);
      this.position = p;
      if (c === 0x5c) {
        const length = this.escape(input, p, limit);
        if (length < 0) {
          this.seen = seen;
          return length;
        }
        p += length;
        from = p;
      } else {
        this.seen = seen;
        return p === limit ? INCOMPLETE : MALFORMED;
      }
    }
  }

  private finish(input: Uint8Array, from: number, to: number): void {
    if (this.kept === 0 && !this.overlong) {
      this.bytes = input;
      this.start = from;
      this.end = to;
    } else {
      this.keep(input, from, to);
      this.bytes = this.own;
      this.start = 0;
      this.end = this.overlong ? 0 : this.kept;
    }
    if (this.seen >= 0x80) this.ensureUtf8();
  }

  private ensureUtf8(): void {
    const text = this.bytes.subarray(this.start, this.end);
    if (isUtf8(text)) return;
    this.bytes = new TextEncoder().encode(
      new TextDecoder('utf-8', { ignoreBOM: true }).decode(text),
    );
    this.start = 0;
    this.end = this.bytes.length;
    this.replaced = true;
  }

  private keep(input: Uint8Array, from: number, to: number): void {
    if (from === to || !this.reserve(to - from)) return;
    this.own.set(input.subarray(from, to), this.kept);
    this.kept += to - from;
  }

  private reserve(count: number): boolean {
    const needed = this.kept + count;
    if (needed > MAX_TEXT_LENGTH) this.overlong = true;
    if (this.overlong) return false;
    if (needed > this.own.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * this.own.length));
      larger.set(this.own.subarray(0, this.kept));
      this.own = larger;
    }
    return true;
  }

  /** Keeps what the escape at `p` stands for. @returns its length, INCOMPLETE or MALFORMED */
  private escape(input: Uint8Array, p: number, limit: number): number {
    if (p + 1 >= limit) return INCOMPLETE;
    const letter = input[p + 1];
    if (letter !== 0x75) {
      const byte = ESCAPES.get(letter);
      if (byte === undefined) return MALFORMED;
      this.keepCodePoint(byte);
      return 2;
    }
    const unit = hexUnit(input, p + 2, limit);
    if (unit < 0) return unit;
    if (unit < 0xd800 || unit > 0xdfff) {
      if (unit === 0) this.nul = true;
      this.keepCodePoint(unit);
      return 6;
    }
    if (unit < 0xdc00) {
      const low = this.lowSurrogate(input, p + 6, limit);
      if (low === INCOMPLETE) return INCOMPLETE;
      if (low !== MALFORMED) {
        this.keepCodePoint(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00));
        return 12;
      }
    }
    this.replaced = true;
    this.keepCodePoint(0xfffd);
    return 6;
  }

  /** The low surrogate escaped at `p`, INCOMPLETE, or MALFORMED if it is missing. */
  private lowSurrogate(input: Uint8Array, p: number, limit: number): number {
    if (p >= limit) return INCOMPLETE;
    if (input[p] !== 0x5c) return MALFORMED;
    if (p + 1 >= limit) return INCOMPLETE;
    if (input[p + 1] !== 0x75) return MALFORMED;
    const low = hexUnit(input, p + 2, limit);
    if (low === INCOMPLETE) return INCOMPLETE;
    return low >= 0xdc00 && low <= 0xdfff ? low : MALFORMED;
  }

  private keepCodePoint(point: number): void {
    if (!this.reserve(4)) return;
    const own = this.own;
    if (point < 0x80) {
      own[this.kept++] = point;
    } else if (point < 0x800) {
      own[this.kept++] = 0xc0 | (point >> 6);
      own[this.kept++] = 0x80 | (point & 0x3f);
    } else if (point < 0x10000) {
      own[this.kept++] = 0xe0 | (point >> 12);
      own[this.kept++] = 0x80 | ((point >> 6) & 0x3f);
      own[this.kept++] = 0x80 | (point & 0x3f);
    } else {
      own[this.kept++] = 0xf0 | (point >> 18);
      own[this.kept++] = 0x80 | ((point >> 12) & 0x3f);
      own[this.kept++] = 0x80 | ((point >> 6) & 0x3f);
      own[this.kept++] = 0x80 | (point & 0x3f);
    }
  }
}

/** The four hexadecimal digits at `p`; INCOMPLETE, MALFORMED. */
function hexUnit(input: Uint8Array, p: number, limit: number): number {
  let unit = 0;
  for (let i = p; i < p + 4; i++) {
    if (i >= limit) return INCOMPLETE;
    const c = input[i] | 0x20;
    if (input[i] >= 0x30 && input[i] <= 0x39) unit = unit * 16 + input[i] - 0x30;
    else if (c >= 0x61 && c <= 0x66) unit = unit * 16 + c - 0x57;
    else return MALFORMED;
  }
  return unit;
}

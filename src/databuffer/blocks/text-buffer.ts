import type { TextColumn } from '../../rows/text-column.js';

/** Bytes of the longest text that is kept. */
export const MAX_TEXT_LENGTH = 4 * 1024 * 1024;

/** Below this a loop copies faster than the engine's own call. */
const SHORT = 48;

/** A text column that grows; its memory is kept when it is cleared. */
export class TextBuffer implements TextColumn {
  bytes: Uint8Array;
  ends: Uint32Array;
  /** Texts in it. */
  count = 0;

  constructor(texts: number, bytes: number) {
    this.bytes = new Uint8Array(bytes);
    this.ends = new Uint32Array(texts);
  }

  /** Empties it, and gives back memory that is more than so many bytes. */
  begin(mostBytes: number): void {
    this.count = 0;
    if (this.bytes.length > mostBytes) this.bytes = new Uint8Array(mostBytes);
  }

  /** Bytes of all texts. */
  get length(): number {
    return this.startOf(this.count);
  }

  startOf(index: number): number {
    return index === 0 ? 0 : this.ends[index - 1];
  }

  append(source: Uint8Array, start: number, end: number): void {
    const from = this.length;
    const to = from + end - start;
    this.reserve(this.count + 1, to);
    if (end - start < SHORT) {
      const bytes = this.bytes;
      for (let i = start, j = from; i < end; i++, j++) bytes[j] = source[i];
    } else {
      this.bytes.set(source.subarray(start, end), from);
    }
    this.ends[this.count++] = to;
  }

  /** Appends empty texts until there are `count`. */
  padTo(count: number): void {
    const { length } = this;
    if (count <= this.count) return;
    this.reserve(count, length);
    this.ends.fill(length, this.count, count);
    this.count = count;
  }

  /** Appends the texts from `from` to before `to` of another column. */
  appendAll({ bytes, ends }: TextColumn, from: number, to: number): void {
    if (from === to) return;
    const start = from === 0 ? 0 : ends[from - 1];
    const end = ends[to - 1];
    const shift = this.length - start;
    const { count } = this;
    this.reserve(count + to - from, end + shift);
    this.bytes.set(bytes.subarray(start, end), start + shift);
    const { ends: own } = this;
    for (let i = from, j = count; i < to; i++, j++) own[j] = ends[i] + shift;
    this.count += to - from;
  }

  /** Forgets all texts behind the first `count`. */
  truncate(count: number): void {
    this.count = Math.min(this.count, count);
  }

  /** Makes room for so many texts and bytes. */
  reserve(texts: number, bytes: number): void {
    if (texts > this.ends.length) {
      const ends = new Uint32Array(Math.max(texts, 2 * this.ends.length));
      ends.set(this.ends.subarray(0, this.count));
      this.ends = ends;
    }
    if (bytes > this.bytes.length) {
      const larger = new Uint8Array(Math.max(bytes, 2 * this.bytes.length));
      larger.set(this.bytes.subarray(0, this.length));
      this.bytes = larger;
    }
  }
}

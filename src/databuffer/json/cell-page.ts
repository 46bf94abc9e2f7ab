import type { NumericArray, NumericType } from '../../encoding/element-type.js';
import type { Spool } from '../../rows/spool.js';
import { WIDE } from './decimal-parser.js';
import { type Kernel, PAGE_CELLS, type PageMemory } from './kernel.js';
import type { Page, SavedPage } from './page.js';
import type { StringParser } from './string-parser.js';
import { TextBuffer } from '../blocks/text-buffer.js';

const MAX_TEXT = 256 * 1024;

// A cell that is not a number holds one of these tags as the high word of a NaN. For some the low word is an index.
export const TAG_NAN = 0x7ff80000;
export const TAG_NULL = 0x7ff80001;
export const TAG_TRUE = 0x7ff80002;
export const TAG_FALSE = 0x7ff80003;
/** Low word: index in `text`. */
export const TAG_TEXT = 0x7ff80004;
/** The same; the text contains a NUL or bytes that were not Unicode. */
export const TAG_BENT_TEXT = 0x7ff80005;
/** A text too long to be kept. */
export const TAG_LONG_TEXT = 0x7ff80006;
/** Low word: index in `wide`, a uint64 beyond 2^53. */
export const TAG_WIDE = 0x7ff80007;
/** Low word: index in `wide`, an int64 below -2^53. */
export const TAG_NEGATIVE_WIDE = 0x7ff80008;
/** An object where a value should be. */
export const TAG_OBJECT = 0x7ff80009;
/** Low word: index in `text`, of a number that neither a double nor 64 bits hold. */
export const TAG_INEXACT = 0x7ff8000a;

/**
 * Elements of values as the reply has them, before anything is known of the channel's type.
 *
 * 8 bytes each: a double, or a NaN whose high word tells what else it is. So one pass over `cells`
 * as numbers finds whether they can be stored as they are: whatever can't fails every comparison.
 */
export class CellPage implements Page {
  readonly cells: Float64Array;
  /** The same memory in words, low word first: `words[2 * i + 1]` is the tag of cell i. */
  readonly words: Uint32Array;
  count = 0;
  readonly text = new TextBuffer(0, 0);
  /** 64-bit whole numbers, low word first. */
  readonly wide: Uint32Array;
  private wideCount = 0;
  private readonly memory: PageMemory;

  /** @param index which of the kernel's pages this is */
  constructor(
    private readonly kernel: Kernel,
    index: number,
  ) {
    this.memory = kernel.page(index);
    this.cells = this.memory.cells;
    this.words = new Uint32Array(this.cells.buffer, this.memory.address, 2 * PAGE_CELLS);
    this.wide = this.memory.wide;
  }

  get full(): boolean {
    return this.count === PAGE_CELLS || this.text.length >= MAX_TEXT;
  }

  /** Reads numbers at a position of the kernel's window. @returns where they end */
  readNumbers(position: number): number {
    const { kernel } = this;
    const end = kernel.readNumbers(position, this.memory, this.count, this.wideCount);
    this.count += kernel.count;
    this.wideCount = kernel.wideCount;
    return end;
  }

  /** Reads points of scalars at a position of the kernel's window. @returns where they end */
  readPoints(position: number, room: number, above: number, last: number): number {
    const { kernel } = this;
    const end = kernel.readPoints(position, this.memory, this.count, room, above, last);
    this.count += kernel.count;
    return end;
  }

  /**
   * The cells from `from` on as elements, as long as each is simply a number of the type.
   *
   * @returns the elements; valid until the next call
   */
  convert(
    type: NumericType,
    from: number,
    to: number,
    least: number,
    largest: number,
  ): NumericArray {
    return this.kernel.convert(type, this.memory, from, to - from, least, largest);
  }

  addNumber(value: number): void {
    // Not every NaN has the same bits: one that a computation left could look like a tag.
    if (Number.isNaN(value)) this.addTag(TAG_NAN, 0);
    else this.cells[this.count++] = value;
  }

  addTag(tag: number, low: number): void {
    this.words[2 * this.count] = low;
    this.words[2 * this.count + 1] = tag;
    this.count++;
  }

  addWide(kind: number, low: number, high: number): void {
    const index = this.wideCount++;
    this.wide[2 * index] = low;
    this.wide[2 * index + 1] = high;
    this.addTag(kind === WIDE ? TAG_WIDE : TAG_NEGATIVE_WIDE, index);
  }

  addInexact(text: string): void {
    this.addTag(TAG_INEXACT, this.text.count);
    this.text.append(Buffer.from(text), 0, text.length);
  }

  /** The number in a cell, exactly, in 4096 digits at most; undefined where it holds something else. */
  numberAt(i: number): string | undefined {
    if (!Number.isNaN(this.cells[i])) return String(this.cells[i]);
    const low = this.words[2 * i];
    switch (this.words[2 * i + 1]) {
      case TAG_NAN:
        return 'NaN';
      case TAG_WIDE:
        return String(this.wideAt(low));
      case TAG_NEGATIVE_WIDE:
        return String(BigInt.asIntN(64, this.wideAt(low)));
      case TAG_INEXACT:
        return Buffer.from(this.textAt(low)).toString();
      default:
        return undefined;
    }
  }

  /** The text of an index. */
  textAt(index: number): Uint8Array {
    const { text } = this;
    return text.bytes.subarray(text.startOf(index), text.ends[index]);
  }

  addText(text: StringParser): void {
    if (text.overlong) {
      this.addTag(TAG_LONG_TEXT, 0);
      return;
    }
    this.addTag(text.nul || text.replaced ? TAG_BENT_TEXT : TAG_TEXT, this.text.count);
    this.text.append(text.bytes, text.start, text.end);
  }

  private wideAt(index: number): bigint {
    return (BigInt(this.wide[2 * index + 1]) << 32n) | BigInt(this.wide[2 * index]);
  }

  /** Empties it for another reply. */
  begin(): void {
    this.clear();
    this.text.begin(MAX_TEXT);
  }

  clear(): void {
    this.count = 0;
    this.wideCount = 0;
    this.text.truncate(0);
  }

  save(spool: Spool): SavedPage {
    const { text } = this;
    return {
      counts: [this.count, this.wideCount, text.count],
      segments: [
        spool.append(this.cells.subarray(0, this.count)),
        spool.append(this.wide.subarray(0, 2 * this.wideCount)),
        spool.append(text.ends.subarray(0, text.count)),
        spool.append(text.bytes.subarray(0, text.length)),
      ],
    };
  }

  load(spool: Spool, { counts, segments }: SavedPage): void {
    const [cells, wide, ends, bytes] = segments;
    this.clear();
    [this.count, this.wideCount] = counts;
    spool.read(cells, this.cells);
    spool.read(wide, this.wide);
    this.text.reserve(counts[2], bytes.length);
    spool.read(ends, this.text.ends);
    this.text.count = counts[2];
    spool.read(bytes, this.text.bytes);
  }
}

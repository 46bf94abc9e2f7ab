import {
  bytesPerElement,
  type NumericArray,
  type NumericType,
  viewNumericArray,
} from '../../encoding/element-type.js';
import type { NumericValues } from '../../rows/row-block.js';
import type { ValueMemory } from '../../rows/value-memory.js';
import {
  type CellPage,
  TAG_FALSE,
  TAG_INEXACT,
  TAG_LONG_TEXT,
  TAG_NAN,
  TAG_NEGATIVE_WIDE,
  TAG_NULL,
  TAG_OBJECT,
  TAG_TRUE,
  TAG_WIDE,
} from './cell-page.js';
import type { ValueFault } from '../blocks/problem-tally.js';
import type { ValueColumn } from './value-column.js';

/**
 * Least and largest double that the type holds, and whether it holds whole numbers only.
 *
 * The ends of the 64-bit types are left out: a double there can stand for a number beyond; the numbers
 * themselves come as wide ones.
 */
const LIMITS: Record<NumericType, { least: number; largest: number; whole: boolean }> = {
  int8: { least: -128, largest: 127, whole: true },
  int16: { least: -32768, largest: 32767, whole: true },
  int32: { least: -(2 ** 31), largest: 2 ** 31 - 1, whole: true },
  int64: { least: 1024 - 2 ** 63, largest: 2 ** 63 - 1024, whole: true },
  uint8: { least: 0, largest: 255, whole: true },
  uint16: { least: 0, largest: 65535, whole: true },
  uint32: { least: 0, largest: 2 ** 32 - 1, whole: true },
  uint64: { least: 0, largest: 2 ** 64 - 2048, whole: true },
  float32: { least: -Infinity, largest: Infinity, whole: false },
  float64: { least: -Infinity, largest: Infinity, whole: false },
  bool: { least: 0, largest: 1, whole: true },
};

const SPELLED_NUMBERS = new Map([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
]);
const QUOTED_LENGTH = 40;

/** Numbers and bools of a fixed size. Nothing is bent to fit: what the type can't hold is a fault. */
export class NumericValueColumn implements ValueColumn {
  readonly values: NumericValues;
  fault: ValueFault | undefined;
  readonly loss = undefined;
  readonly full = false;

  private readonly array: NumericArray;
  /** The same memory in words, for 64-bit integers. */
  private readonly words: Uint32Array;
  private readonly elementBytes: number;
  private readonly least: number;
  private readonly largest: number;
  private readonly whole: boolean;
  /** First element of the current row, and the next that is filled. */
  private rowStart = 0;
  private at = 0;

  /** @param memory at least `rows` × `elements` elements; what is in it is overwritten */
  constructor(
    private readonly type: NumericType,
    private readonly elements: number,
    rows: number,
    private readonly memory: ValueMemory,
  ) {
    this.array = viewNumericArray(type, memory.buffer, 0, rows * elements);
    this.elementBytes = bytesPerElement(type);
    this.words = new Uint32Array(memory.buffer, 0, (rows * elements * this.elementBytes) >> 2);
    this.values = { type, array: this.array };
    ({ least: this.least, largest: this.largest, whole: this.whole } = LIMITS[type]);
  }

  beginRow(): void {
    this.rowStart = this.at;
    this.fault = undefined;
  }

  take(page: CellPage, from: number, to: number): void {
    const room = this.rowStart + this.elements - this.at;
    const end = Math.min(to, from + room);
    let i = from;
    while (i < end) {
      i += this.takeRows(page, i, end);
      if (i === end) break;
      // A cell that is refused leaves its place empty: the whole row will be.
      this.at++;
      i++;
    }
  }

  endRow(present: boolean): void {
    const end = this.rowStart + this.elements;
    if (!present) this.zero(this.rowStart, end);
    else if (this.at < end) this.zero(this.at, end);
    this.at = end;
  }

  dropRow(): void {
    this.at = this.rowStart;
  }

  takeRows(page: CellPage, from: number, to: number): number {
    let i = from + this.takePlain(page, from, to);
    while (i < to && this.takeOther(page, i)) {
      i++;
      this.at++;
      i += this.takePlain(page, i, to);
    }
    this.memory.written(this.at * this.elementBytes);
    return i - from;
  }

  clear(): void {
    this.at = 0;
  }

  /** Takes cells as long as each is simply a number of the type. @returns how many */
  private takePlain(page: CellPage, from: number, to: number): number {
    if (from === to) return 0;
    const elements = page.convert(this.type, from, to, this.least, this.largest);
    (this.array as Float64Array).set(elements as Float64Array, this.at);
    this.at += elements.length;
    return elements.length;
  }

  /** Puts a cell that is not simply a number of the type. @returns whether it could be stored */
  private takeOther(page: CellPage, i: number): boolean {
    const { at, array, type } = this;
    const value = page.cells[i];
    if (!Number.isNaN(value)) return this.refuse(this.misfitOf(value), String(value));
    const tag = page.words[2 * i + 1];
    const low = page.words[2 * i];
    switch (tag) {
      case TAG_TRUE:
      case TAG_FALSE:
        if (type !== 'bool') return this.refuse('wrong_type', String(tag === TAG_TRUE));
        (array as Int8Array)[at] = tag === TAG_TRUE ? 1 : 0;
        return true;
      case TAG_WIDE:
      case TAG_NEGATIVE_WIDE:
        return this.takeWide(page, i, tag === TAG_NEGATIVE_WIDE);
      case TAG_INEXACT:
        return this.takeInexact(page.numberAt(i)!);
      case TAG_NAN:
        return this.takeSpelled(NaN);
      case TAG_NULL:
        return this.refuse('null_value', 'null');
      case TAG_OBJECT:
        return this.refuse('wrong_type', 'an object');
      case TAG_LONG_TEXT:
        return this.refuse('wrong_type', 'a text');
      default:
        return this.takeText(page, low);
    }
  }

  private takeText(page: CellPage, index: number): boolean {
    const word = new TextDecoder().decode(page.textAt(index).subarray(0, QUOTED_LENGTH));
    const number = SPELLED_NUMBERS.get(word);
    if (number !== undefined) return this.takeSpelled(number);
    return this.refuse('wrong_type', `the text ${JSON.stringify(word)}`);
  }

  /** NaN, Infinity or -Infinity. */
  private takeSpelled(value: number): boolean {
    if (this.whole) return this.refuse('not_finite', String(value));
    (this.array as Float64Array)[this.at] = value;
    return true;
  }

  /** One that no integer type holds; its text may be long. */
  private takeInexact(text: string): boolean {
    const value = Number(text);
    if (!this.whole) {
      (this.array as Float64Array)[this.at] = value;
      return true;
    }
    const isInside = value >= this.least && value <= this.largest;
    const shown = text.length > QUOTED_LENGTH ? `${text.slice(0, QUOTED_LENGTH)}…` : text;
    return this.refuse(isInside ? 'not_whole' : 'out_of_range', shown);
  }

  private takeWide(page: CellPage, i: number, negative: boolean): boolean {
    const { at, type, words } = this;
    const index = page.words[2 * i];
    const low = page.wide[2 * index];
    const high = page.wide[2 * index + 1];
    const top = negative ? high | 0 : high;
    if (!this.whole) {
      (this.array as Float64Array)[at] = top * 2 ** 32 + low;
      return true;
    }
    const fits = type === 'int64' ? negative || high < 2 ** 31 : type === 'uint64' && !negative;
    if (!fits) return this.refuse('out_of_range', page.numberAt(i)!);
    words[2 * at] = low;
    words[2 * at + 1] = high;
    return true;
  }

  private misfitOf(value: number): string {
    if (!Number.isFinite(value)) return 'not_finite';
    return Math.floor(value) === value ? 'out_of_range' : 'not_whole';
  }

  private refuse(code: string, what: string): false {
    this.fault ??= { code, example: `${what} does not fit ${this.type}` };
    return false;
  }

  private zero(from: number, to: number): void {
    this.memory.clear(from * this.elementBytes, to * this.elementBytes);
  }
}

import {
  bytesPerElement,
  type NumericArray,
  type NumericType,
  viewNumericArray,
} from '../../rows/element-type.js';
import type { NumericValues } from '../../rows/row-block.js';
import {
  type CellPage,
  TAG_FALSE,
  TAG_LONG_TEXT,
  TAG_NAN,
  TAG_NEGATIVE_WIDE,
  TAG_NULL,
  TAG_OBJECT,
  TAG_TRUE,
  TAG_WIDE,
} from './cell-page.js';
import type { Fault, ValueColumn } from './value-column.js';

/** Least and largest double that the type holds, and whether it holds whole numbers only. */
const LIMITS: Record<NumericType, { least: number; largest: number; whole: boolean }> = {
  int8: { least: -128, largest: 127, whole: true },
  int16: { least: -32768, largest: 32767, whole: true },
  int32: { least: -(2 ** 31), largest: 2 ** 31 - 1, whole: true },
  int64: { least: -(2 ** 63), largest: 2 ** 63 - 1024, whole: true },
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
export class NumericColumn implements ValueColumn {
  readonly values: NumericValues;
  fault: Fault | undefined;
  readonly loss = undefined;
  readonly full = false;

  private readonly array: NumericArray;
  /** The same memory in words, for 64-bit integers. */
  private readonly words: Uint32Array;
  private readonly wide: boolean;
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
    memory: ArrayBuffer,
  ) {
    this.array = viewNumericArray(type, memory, 0, rows * elements);
    this.words = new Uint32Array(memory, 0, (rows * elements * bytesPerElement(type)) >> 2);
    this.values = { type, array: this.array };
    this.wide = type === 'int64' || type === 'uint64';
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
      if (i < end) this.takeOther(page, i++);
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
    const { cells } = page;
    const { least, largest, whole, at } = this;
    let i = from;
    while (i < to) {
      const value = cells[i];
      if (!(value >= least && value <= largest)) break;
      if (whole && Math.floor(value) !== value) break;
      i++;
    }
    const count = i - from;
    if (count === 0) return 0;
    if (this.wide) {
      const { words } = this;
      for (let j = 0; j < count; j++) {
        const value = cells[from + j];
        words[2 * (at + j)] = value;
        words[2 * (at + j) + 1] = Math.floor(value / 2 ** 32);
      }
    } else {
      (this.array as Float64Array).set(cells.subarray(from, i), at);
    }
    this.at = at + count;
    return count;
  }

  clear(): void {
    this.at = 0;
  }

  /** Takes a cell that is not simply a number of the type. */
  private takeOther(page: CellPage, i: number): void {
    const { at, array } = this;
    this.at++;
    const value = page.cells[i];
    if (!Number.isNaN(value)) {
      this.refuse(this.misfitOf(value), () => `${value} does not fit ${this.type}`);
      return;
    }
    const tag = page.words[2 * i + 1];
    const low = page.words[2 * i];
    switch (tag) {
      case TAG_NAN:
        this.takeSpelled(NaN);
        break;
      case TAG_TRUE:
      case TAG_FALSE:
        if (this.type === 'bool') (array as Int8Array)[at] = tag === TAG_TRUE ? 1 : 0;
        else this.refuse('wrong_type', () => `${tag === TAG_TRUE} does not fit ${this.type}`);
        break;
      case TAG_WIDE:
      case TAG_NEGATIVE_WIDE:
        this.takeWide(page.wide[2 * low], page.wide[2 * low + 1], tag === TAG_NEGATIVE_WIDE);
        break;
      case TAG_NULL:
        this.refuse('null_value', () => 'null');
        break;
      case TAG_OBJECT:
        this.refuse('wrong_type', () => `an object does not fit ${this.type}`);
        break;
      case TAG_LONG_TEXT:
        this.refuse('wrong_type', () => `a text does not fit ${this.type}`);
        break;
      default:
        this.takeText(page, low);
    }
  }

  private takeText(page: CellPage, index: number): void {
    const start = page.text.startOf(index);
    const end = page.text.ends[index];
    const text = new TextDecoder().decode(
      page.text.bytes.subarray(start, Math.min(end, start + QUOTED_LENGTH)),
    );
    const number = SPELLED_NUMBERS.get(text);
    if (number !== undefined) this.takeSpelled(number);
    else
      this.refuse('wrong_type', () => `the text ${JSON.stringify(text)} does not fit ${this.type}`);
  }

  /** NaN, Infinity or -Infinity. */
  private takeSpelled(value: number): void {
    if (this.whole) this.refuse('not_finite', () => `${value} does not fit ${this.type}`);
    else (this.array as Float64Array)[this.at - 1] = value;
  }

  private takeWide(low: number, high: number, negative: boolean): void {
    const at = this.at - 1;
    const fits =
      (this.type === 'int64' && (negative || high < 2 ** 31)) ||
      (this.type === 'uint64' && !negative);
    if (fits) {
      this.words[2 * at] = low;
      this.words[2 * at + 1] = high;
    } else if (!this.whole) {
      (this.array as Float64Array)[at] = (negative ? high | 0 : high) * 2 ** 32 + low;
    } else {
      const number = (BigInt(negative ? high | 0 : high) << 32n) | BigInt(low);
      this.refuse('out_of_range', () => `${number} does not fit ${this.type}`);
    }
  }

  private misfitOf(value: number): string {
    if (!Number.isFinite(value)) return 'not_finite';
    return Math.floor(value) === value ? 'out_of_range' : 'not_whole';
  }

  private refuse(code: string, example: () => string): void {
    this.fault ??= { code, example: example() };
  }

  private zero(from: number, to: number): void {
    if (this.wide) this.words.fill(0, 2 * from, 2 * to);
    else (this.array as Float64Array).fill(0, from, to);
  }
}

import type { TextValues } from '../../rows/row-block.js';
import {
  type CellPage,
  TAG_BENT_TEXT,
  TAG_FALSE,
  TAG_LONG_TEXT,
  TAG_NULL,
  TAG_OBJECT,
  TAG_TEXT,
  TAG_TRUE,
} from './cell-page.js';
import { MAX_TEXT_LENGTH, TextBuffer } from '../blocks/text-buffer.js';
import type { ValueFault } from '../blocks/problem-tally.js';
import type { ValueColumn } from './value-column.js';

/** Texts. Only JSON strings are texts: a number is not one, however it is written. */
export class StringValueColumn implements ValueColumn {
  readonly values: TextValues;
  fault: ValueFault | undefined;
  loss: ValueFault | undefined;

  private readonly text: TextBuffer;
  /** Texts before the current row. */
  private rowStart = 0;

  /** @param mostBytes of text in a block, as far as whole rows allow */
  constructor(
    private readonly elements: number,
    rows: number,
    private readonly mostBytes: number,
  ) {
    this.text = new TextBuffer(rows * elements, 0);
    this.values = { type: 'string', text: this.text };
  }

  get full(): boolean {
    return this.text.length >= this.mostBytes;
  }

  beginRow(): void {
    this.rowStart = this.text.count;
    this.fault = undefined;
    this.loss = undefined;
  }

  take(page: CellPage, from: number, to: number): void {
    const room = this.rowStart + this.elements - this.text.count;
    const end = Math.min(to, from + room);
    for (let i = from; i < end; i++) {
      const tag = Number.isNaN(page.cells[i]) ? page.words[2 * i + 1] : undefined;
      const index = page.words[2 * i];
      if (tag === TAG_TEXT) this.append(page, index);
      else if (tag === TAG_BENT_TEXT) this.appendBent(page, index);
      else this.refuse(tag, page.numberAt(i) ?? '');
    }
  }

  endRow(present: boolean): void {
    if (!present) this.text.truncate(this.rowStart);
    this.text.padTo(this.rowStart + this.elements);
  }

  dropRow(): void {
    this.text.truncate(this.rowStart);
  }

  takeRows(page: CellPage, from: number, to: number): number {
    let i = from;
    while (i < to && !this.full && page.words[2 * i + 1] === TAG_TEXT) {
      this.append(page, page.words[2 * i]);
      i++;
    }
    return i - from;
  }

  clear(): void {
    this.text.truncate(0);
  }

  private append({ text }: CellPage, index: number): void {
    this.text.append(text.bytes, text.startOf(index), text.ends[index]);
  }

  /** A NUL ends a text; anything but Unicode has been replaced already. */
  private appendBent({ text }: CellPage, index: number): void {
    const start = text.startOf(index);
    const end = text.ends[index];
    const nul = text.bytes.subarray(start, end).indexOf(0);
    this.text.append(text.bytes, start, nul < 0 ? end : start + nul);
    this.loss ??=
      nul < 0
        ? { code: 'invalid_unicode', example: 'a part that is not Unicode is stored as U+FFFD' }
        : { code: 'nul_in_text', example: `a text of ${end - start} bytes ends at byte ${nul}` };
  }

  private refuse(tag: number | undefined, number: string): void {
    this.text.padTo(this.text.count + 1);
    if (this.fault !== undefined) return;
    switch (tag) {
      case TAG_NULL:
        this.fault = { code: 'null_value', example: 'null' };
        break;
      case TAG_LONG_TEXT:
        this.fault = { code: 'text_too_long', example: `more than ${MAX_TEXT_LENGTH} bytes` };
        break;
      case TAG_TRUE:
      case TAG_FALSE:
        this.fault = { code: 'wrong_type', example: `${tag === TAG_TRUE} is not text` };
        break;
      case TAG_OBJECT:
        this.fault = { code: 'wrong_type', example: 'an object is not text' };
        break;
      default:
        this.fault = { code: 'wrong_type', example: `${number} is not text` };
    }
  }
}

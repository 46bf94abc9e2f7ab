import type { SharedCopies } from '../../concurrency/shared-copies.js';
import {
  type ChannelHeader,
  elementsPerValue,
  type PackedBlock,
  type RowBlock,
} from '../../rows/row-block.js';
import { labelsOf } from '../../rows/labels-of.js';
import type { TextColumn } from '../../rows/text-column.js';
import { aligned, HEAD_BYTES, HEAD_WORDS, KIND, NO_DATES, type OpenedChannel } from './record.js';

/**
 * Writes channels and their rows into a buffer, as records. Each method writes nothing and returns false
 * where the record finds no room.
 */
export class RecordWriter {
  private readonly bytes: Uint8Array;
  private readonly words: Int32Array;
  private end = 0;

  constructor(
    buffer: SharedArrayBuffer,
    private readonly copies: SharedCopies,
  ) {
    this.bytes = new Uint8Array(buffer, 0, buffer.byteLength);
    this.words = new Int32Array(buffer, 0, buffer.byteLength / 4);
  }

  /** Bytes of the buffer. */
  get size(): number {
    return this.bytes.length;
  }

  /** Bytes that were written. */
  get used(): number {
    return this.end;
  }

  /** Words: bytes of the JSON, whether values come packed. */
  open({ name, type, shape, isLabelled }: ChannelHeader, isPacked: boolean): boolean {
    const opened: OpenedChannel = { name, type, shape, isLabelled };
    const text = Buffer.from(JSON.stringify(opened));
    if (!this.begin(KIND.open, [text.length, isPacked ? 1 : 0], text.length)) return false;
    this.put(text, text.length);
    return true;
  }

  /** Words: rows, bytes of dates or `NO_DATES`, elements of all values, bytes of values or texts, of labels. */
  rows(block: RowBlock, { type, shape, isLabelled }: ChannelHeader): boolean {
    const { rows, values } = block;
    const labels = isLabelled ? labelsOf(block) : undefined;
    if ((values.type === 'string') !== (type === 'string')) {
      throw new TypeError(`${values.type} values for a channel of ${type}`);
    }
    const elements = rows * elementsPerValue(shape);
    const isText = values.type === 'string';
    const dateBytes = lengthOfDates(block);
    const valueBytes = isText
      ? lengthOf(values.text, elements)
      : elements * values.array.BYTES_PER_ELEMENT;
    const labelBytes = labels ? lengthOf(labels, elements) : 0;
    const size =
      columnSize(rows, dateBytes) +
      (labels ? aligned(4 * elements) + aligned(labelBytes) : 0) +
      (isText ? aligned(4 * elements) : 0) +
      valueBytes;
    const words = [rows, dateBytes, elements, valueBytes, labelBytes];
    if (!this.begin(KIND.rows, words, size)) return false;
    this.putColumns(block, dateBytes);
    if (labels) this.putText(labels, elements, labelBytes);
    if (isText) this.putText(values.text, elements, valueBytes);
    else this.put(values.array, valueBytes);
    return true;
  }

  /** Words: rows, bytes of dates or `NO_DATES`. Behind the columns lie the lengths of the values, and the values. */
  packed(block: PackedBlock): boolean {
    const { rows, packed } = block;
    const dateBytes = lengthOfDates(block);
    const lengths = Uint32Array.from({ length: rows }, (_, i) => packed[i].length);
    const bytes = lengths.reduce((sum, length) => sum + aligned(length), 0);
    const size = columnSize(rows, dateBytes) + aligned(4 * rows) + bytes;
    if (!this.begin(KIND.packed, [rows, dateBytes], size)) return false;
    this.putColumns(block, dateBytes);
    this.put(lengths, 4 * rows);
    for (let i = 0; i < rows; i++) this.put(packed[i], lengths[i]);
    return true;
  }

  /** `more`, see `ChannelRows`, lies behind the words. */
  close(more: number): boolean {
    if (!this.begin(KIND.close, [], 8)) return false;
    this.put(Float64Array.of(more), 8);
    return true;
  }

  private begin(kind: number, words: readonly number[], size: number): boolean {
    if (this.end + HEAD_BYTES + aligned(size) > this.bytes.length) return false;
    const at = this.end / 4;
    this.words[at] = kind;
    for (let i = 1; i < HEAD_WORDS; i++) this.words[at + i] = words[i - 1] ?? 0;
    this.end += HEAD_BYTES;
    return true;
  }

  private putColumns(block: Omit<RowBlock, 'values'>, dateBytes: number): void {
    const { rows, pulseIds, timestamps, present, globalDates } = block;
    this.put(pulseIds, 8 * rows);
    this.put(timestamps, 8 * rows);
    this.put(present, rows);
    if (globalDates) this.putText(globalDates, rows, dateBytes);
  }

  private putText({ bytes, ends }: TextColumn, count: number, length: number): void {
    this.put(ends, 4 * count);
    this.put(bytes, length);
  }

  private put({ buffer, byteOffset }: NodeJS.ArrayBufferView, length: number): void {
    this.copies.copy(new Uint8Array(buffer, byteOffset, length), this.bytes, this.end);
    this.end += aligned(length);
  }
}

function columnSize(rows: number, dateBytes: number): number {
  const dates = dateBytes === NO_DATES ? 0 : aligned(4 * rows) + aligned(dateBytes);
  return 16 * rows + aligned(rows) + dates;
}

function lengthOfDates({ globalDates, rows }: Omit<RowBlock, 'values'>): number {
  return globalDates ? lengthOf(globalDates, rows) : NO_DATES;
}

/** Bytes of the first `count` texts. */
export function lengthOf({ ends }: TextColumn, count: number): number {
  return count === 0 ? 0 : ends[count - 1];
}

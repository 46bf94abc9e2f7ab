import type { TextColumn } from '../../rows/text-column.js';
import { TEXT } from '../library/datatype.js';
import { GrowingDataset } from './growing-dataset.js';
import { MAX_CHUNK_ROWS } from '../library/hdf5-library.js';
import type { HeapRegion } from '../library/heap-region.js';
import type { OpenFile } from '../library/open-file.js';
import { presenceRuns } from './presence-runs.js';
import { areEnoughTexts, makeTextBlock, mostBytes } from '../format/text-block.js';
import { endTexts } from './ended-texts.js';
import { createTextDataset } from './text-dataset.js';
import type { CarriedTexts } from '../library/carried-bytes.js';
import type { TextBlock } from '../library/placed-block.js';

const POINTER_SIZE = 4;
/** Texts of a row from which on it is worth knowing that it is blank. */
const MANY_TEXTS = 4096;

/**
 * A dataset of variable-length UTF-8 texts, one row after another.
 *
 * The texts are collected one after another in `texts`; `pointers` says where each ends, until HDF5 gets
 * them as an array of `char *`.
 */
export class TextColumnWriter {
  private readonly dataset: GrowingDataset;
  private readonly textsPerRow: number;
  /** Rows that are written at once at most. */
  private readonly capacity: number;
  private rows = 0;
  /** Of `texts`. */
  private usedBytes = 0;

  /**
   * @param rowShape dimensions of one row, slowest first
   * @param block where the texts of rows without dimensions are put together as they are in a file, if
   *   all of them fit
   */
  constructor(
    private readonly file: OpenFile,
    private readonly path: string,
    rowShape: readonly number[],
    private readonly texts: HeapRegion,
    private readonly pointers: HeapRegion,
    private readonly block?: HeapRegion,
  ) {
    this.textsPerRow = rowShape.reduce((product, length) => product * length, 1);
    pointers.reserve(this.textsPerRow * POINTER_SIZE);
    const rows = Math.max(1, Math.floor(MAX_CHUNK_ROWS / this.textsPerRow));
    this.capacity = rows;
    this.dataset = new GrowingDataset(file, {
      path,
      type: TEXT,
      rowShape,
      chunks: [rows, ...rowShape],
    });
  }

  /**
   * Adds the first `rows` rows of a column, each of them as many texts as the row's shape says.
   *
   * @param present 0 for a row of empty texts; those of many texts are not looked at
   */
  append(column: TextColumn, rows: number, present?: Uint8Array): void {
    if (present === undefined || this.textsPerRow < MANY_TEXTS) {
      this.add(column, 0, rows);
      return;
    }
    for (const { first, end, isBlank } of presenceRuns(present, rows)) {
      if (isBlank) {
        if (this.rows > 0) this.flush();
        this.dataset.appendBlank(end - first);
      } else {
        this.add(column, first, end);
      }
    }
  }

  /** No more rows for now, and about `more` later: the buffers belong to another column meanwhile. */
  pause(more: number): void {
    // Rows of no texts are not in the buffers.
    if (this.textsPerRow === 0) return;
    this.endTexts();
    this.dataset.pause(this.rows, this.pointers.pointer, more);
    this.rows = 0;
    this.usedBytes = 0;
  }

  close(): void {
    const block = this.makeBlock();
    if (block) {
      createTextDataset(this.file, this.path, block);
    } else {
      this.endTexts();
      this.dataset.finish(this.rows, this.pointers.pointer);
    }
  }

  /** All texts as `makeTextBlock` makes them; undefined where some are written already, or there are few. */
  carriedTexts(): CarriedTexts | undefined {
    const { dataset, usedBytes, rows } = this;
    if (dataset.exists || !areEnoughTexts(rows, usedBytes)) return undefined;
    const make = (target: Uint8Array) =>
      makeTextBlock({ bytes: this.texts.bytes(), ends: this.ends() }, target);
    return { references: rows, most: mostBytes(rows, usedBytes), make };
  }

  private add(column: TextColumn, first: number, end: number): void {
    for (let row = first; row < end;) {
      const count = this.rowsThatFit(column, row, end);
      if (count > 0) {
        this.copy(column, row * this.textsPerRow, (row + count) * this.textsPerRow);
        this.rows += count;
        row += count;
      } else if (this.rows > 0) {
        this.flush();
      } else {
        this.texts.reserve(this.sizeOf(column, row, row + 1));
      }
    }
  }

  /** Undefined without room for it, and for so few texts that it would be mostly empty. */
  private makeBlock(): TextBlock | undefined {
    const { block, dataset, usedBytes, rows } = this;
    if (!block || dataset.exists || !areEnoughTexts(rows, usedBytes)) return undefined;
    const bytes = makeTextBlock({ bytes: this.texts.bytes(), ends: this.ends() }, block.bytes());
    return bytes === undefined ? undefined : { pointer: block.pointer, bytes, references: rows };
  }

  private rowsThatFit(column: TextColumn, row: number, rows: number): number {
    const end = Math.min(rows, row + this.capacity - this.rows);
    const free = this.texts.size - this.usedBytes - this.rows * this.textsPerRow;
    if (this.sizeOf(column, row, end) <= free) return end - row;
    let fitting = row;
    while (this.sizeOf(column, row, fitting + 1) <= free) fitting++;
    return fitting - row;
  }

  /** Bytes that rows take up in the end, with a NUL after each text. */
  private sizeOf({ ends }: TextColumn, row: number, end: number): number {
    const first = row * this.textsPerRow;
    const last = end * this.textsPerRow;
    if (last === first) return 0;
    return ends[last - 1] - startOf(ends, first) + last - first;
  }

  private flush(): void {
    this.endTexts();
    this.dataset.append(this.rows, this.pointers.pointer);
    this.rows = 0;
    this.usedBytes = 0;
  }

  private copy({ bytes, ends }: TextColumn, first: number, last: number): void {
    if (first === last) return;
    const start = startOf(ends, first);
    this.texts.bytes().set(bytes.subarray(start, ends[last - 1]), this.usedBytes);
    const count = this.rows * this.textsPerRow;
    const target = this.ends(count + last - first);
    const moved = this.usedBytes - start;
    for (let i = first, to = count; i < last; i++, to++) target[to] = ends[i] + moved;
    this.usedBytes += ends[last - 1] - start;
  }

  /** Where the texts in `texts` end. */
  private ends(count = this.rows * this.textsPerRow): Uint32Array {
    const { buffer, byteOffset } = this.pointers.bytes();
    return new Uint32Array(buffer, byteOffset, count);
  }

  /** Makes of the ends what HDF5 wants to have. */
  private endTexts(): void {
    endTexts(this.texts.bytes(), this.ends(), this.texts.pointer);
  }
}

/** Where text i of a column begins. */
function startOf(ends: Uint32Array, i: number): number {
  return i === 0 ? 0 : ends[i - 1];
}

import { DATE_BYTES, datesOf } from '../../rows/date-text.js';
import type { RowBlock } from '../../rows/row-block.js';
import { makeDateBlock, mostDateBytes } from '../format/date-block.js';
import { DATATYPE } from '../format/header-messages.js';
import { areEnoughTexts, REFERENCE_SIZE } from '../format/text-block.js';
import { type PlainDataset, splitPath } from '../library/plain-channels.js';
import { MAX_CHUNK_ROWS } from '../library/hdf5-library.js';
import type { HeapRegion } from '../library/heap-region.js';
import type { OpenFile } from '../library/open-file.js';
import type { CarriedTexts } from '../library/carried-bytes.js';
import type { TextBlock } from '../library/placed-block.js';
import { TextColumnWriter } from './text-column-writer.js';
import { createTextDataset } from './text-dataset.js';

/** Rows of a block: with their references they find room in 4 MiB, and timestamps are not written before. */
const MOST_ROWS = Math.min(50_000, MAX_CHUNK_ROWS);
/** Rows whose texts are made at once, where there is to be no block. */
const STEP_ROWS = 1024;

/**
 * The dates of a channel. As long as they are those of its timestamps nothing is kept of them: the texts are made
 * at the end, where HDF5 takes them from.
 */
export class DateColumnWriter {
  private readonly texts: TextColumnWriter;
  private hasTexts = false;
  /** Rows whose dates are still to be made: all of them, or none. */
  private unmade = 0;

  /**
   * @param timestamps where those of the same rows are collected
   * @param block where the dates are put together as they are in a file, see `TextColumnWriter`
   */
  constructor(
    private readonly file: OpenFile,
    private readonly path: string,
    private readonly timestamps: HeapRegion,
    private readonly block: HeapRegion,
  ) {
    const { dates, datePointers } = file.library.buffers;
    this.texts = new TextColumnWriter(file, path, [], dates, datePointers, block);
  }

  /** A block comes whose timestamps are not added yet: makes texts unless this block's can wait as well. */
  expect({ rows, globalDates }: Omit<RowBlock, 'values'>): void {
    if (globalDates || this.unmade + rows > MOST_ROWS) {
      this.makeTexts();
      this.hasTexts = true;
    }
  }

  /** Adds the dates of the block that was expected. */
  append(block: Omit<RowBlock, 'values'>): void {
    if (this.hasTexts) this.texts.append(datesOf(block), block.rows);
    else this.unmade += block.rows;
  }

  /** The timestamps are going to be another channel's: makes the texts that are still to be made. */
  makeTexts(): void {
    for (let first = 0; first < this.unmade; first += STEP_ROWS) {
      const timestamps = this.times().slice(first, first + STEP_ROWS);
      const rows = timestamps.length;
      this.texts.append(datesOf({ rows, timestamps, globalDates: undefined }), rows);
      this.hasTexts = true;
    }
    this.unmade = 0;
  }

  /** See `TextColumnWriter`; after `makeTexts`. */
  pause(more: number): void {
    this.texts.pause(more);
  }

  /** The timestamps may have been written by now, if nothing else has come where they were collected. */
  close(): void {
    const block = this.makeBlock();
    if (block) {
      createTextDataset(this.file, this.path, block);
    } else {
      this.makeTexts();
      this.texts.close();
    }
  }

  /** Whether all dates can be written without a dataset of HDF5's. */
  canBePlaced(): boolean {
    return this.carriedTexts() !== undefined;
  }

  /** Writes them so; before timestamps are others. */
  place(): PlainDataset {
    const texts = this.carriedTexts()!;
    const { references } = texts;
    const place = this.file.carried.putTexts(texts);
    const name = splitPath(this.path)[1];
    const size = references * REFERENCE_SIZE;
    return { name, datatype: DATATYPE.text, shape: [references], place, size };
  }

  private carriedTexts(): CarriedTexts | undefined {
    const { unmade } = this;
    const texts = this.hasTexts ? this.texts.carriedTexts() : this.carriedDates(unmade);
    return texts && texts.most <= this.block.size ? texts : undefined;
  }

  private carriedDates(dates: number): CarriedTexts | undefined {
    if (!areEnoughTexts(dates, dates * DATE_BYTES)) return undefined;
    const make = (target: Uint8Array) => makeDateBlock(this.times(), target);
    return { references: dates, most: mostDateBytes(dates), make };
  }

  private makeBlock(): TextBlock | undefined {
    const { block, unmade } = this;
    if (!areEnoughTexts(unmade, unmade * DATE_BYTES)) return undefined;
    const bytes = makeDateBlock(this.times(), block.bytes());
    return bytes === undefined ? undefined : { pointer: block.pointer, bytes, references: unmade };
  }

  /** Of the rows whose dates are still to be made; valid until the next call into HDF5. */
  private times(): BigInt64Array {
    const { buffer, byteOffset } = this.timestamps.bytes();
    return new BigInt64Array(buffer, byteOffset, this.unmade);
  }
}

import { bytesPerElement, type NumericType } from '../../encoding/element-type.js';
import type { ChunkFilter } from '../format/chunk-filter.js';
import { chunkShape, rowPieces } from './chunking.js';
import { numericDatatype, numericMessage } from '../library/datatype.js';
import { GrowingDataset } from './growing-dataset.js';
import { MAX_CHUNK_ROWS } from '../library/hdf5-library.js';
import type { HeapRegion } from '../library/heap-region.js';
import type { OpenFile } from '../library/open-file.js';
import { type PlainDataset, splitPath } from '../library/plain-channels.js';
import { presenceRuns } from './presence-runs.js';

/** Bytes of a row from which on it is worth knowing that it is blank. */
const LONG_ROW = 4096;

/** A dataset of numbers or bools, one row after another, collected to whole chunks in `buffer`. */
export class NumericColumnWriter {
  private readonly dataset: GrowingDataset;
  private readonly elementBytes: number;
  private readonly rowBytes: number;
  private readonly chunks: readonly number[];
  /** Rows that are written at once, a multiple of the chunks' rows; 0 if the buffer can't hold one row. */
  private readonly capacity: number;
  private collected = 0;
  /** Of these, rows that are in the buffer as they are; what comes behind them is blank. */
  private filled = 0;

  /** @param rowShape dimensions of one row, slowest first */
  constructor(
    private readonly file: OpenFile,
    private readonly path: string,
    private readonly type: NumericType,
    private readonly rowShape: readonly number[],
    private readonly buffer: HeapRegion,
    filter?: ChunkFilter,
  ) {
    this.elementBytes = bytesPerElement(type);
    this.rowBytes = rowShape.reduce((product, length) => product * length, this.elementBytes);
    const limits = { maxRows: MAX_CHUNK_ROWS, maxBytes: buffer.size };
    this.chunks = chunkShape(rowShape, this.elementBytes, limits);
    const chunkBytes = this.chunks[0] * this.rowBytes;
    this.capacity = Math.floor(buffer.size / chunkBytes) * this.chunks[0];
    const plan = { path, type: numericDatatype(type), rowShape, chunks: this.chunks, filter };
    this.dataset = new GrowingDataset(file, plan);
  }

  /**
   * Adds the first `rows` rows of `values`.
   *
   * @param present 0 for a row of zeros; long ones of these are not looked at
   */
  append(values: NodeJS.ArrayBufferView, rows: number, present?: Uint8Array): void {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, rows * this.rowBytes);
    if (present === undefined || this.rowBytes < LONG_ROW) {
      this.add(bytes, rows);
      return;
    }
    for (const { first, end, isBlank } of presenceRuns(present, rows)) {
      if (isBlank) this.addBlank(end - first);
      else this.add(bytes.subarray(first * this.rowBytes), end - first);
    }
  }

  /** No more rows for now, and about `more` later: the buffer belongs to another column meanwhile. */
  pause(more: number): void {
    // Rows of no bytes are not in the buffer.
    if (this.rowBytes === 0) return;
    this.fill();
    this.dataset.pause(this.collected, this.buffer.pointer, more);
    this.collected = 0;
    this.filled = 0;
  }

  close(): void {
    this.fill();
    this.dataset.finish(this.collected, this.buffer.pointer);
  }

  /** Whether all rows wait to be written one behind another: see `place`. @param more rows behind them */
  canBePlaced(more = 0): boolean {
    const { collected, rowBytes, buffer } = this;
    return (
      collected > 0 &&
      rowBytes > 0 &&
      (collected + more) * rowBytes <= buffer.size &&
      this.dataset.isContiguous(collected)
    );
  }

  /**
   * Has the rows written without a dataset of HDF5's.
   *
   * @param more bytes of further rows behind them, which are not part of the dataset
   */
  place(more?: Uint8Array): PlainDataset {
    const { file, path, type, rowShape, collected, rowBytes, buffer } = this;
    this.fill();
    const size = collected * rowBytes;
    if (more) buffer.bytes().set(more, size);
    const place = file.carried.put(buffer.bytes().subarray(0, size + (more?.length ?? 0)));
    const shape = [collected, ...rowShape];
    return { name: splitPath(path)[1], datatype: numericMessage(type), shape, place, size };
  }

  /** The rows so far, while none of them is written; valid until the next call. */
  waiting(): Uint8Array | undefined {
    if (this.dataset.exists) return undefined;
    this.fill();
    return this.buffer.bytes().subarray(0, this.collected * this.rowBytes);
  }

  /**
   * Closes the dataset with further rows behind its own, which are not part of it.
   *
   * @param more their bytes
   * @returns false when that can't be done, and it is still to be closed
   */
  closeWithMore(more: Uint8Array): boolean {
    const { collected, rowBytes, buffer } = this;
    const used = collected * rowBytes;
    if (this.dataset.exists || used + more.length > buffer.size) return false;
    this.fill();
    buffer.bytes().set(more, used);
    return this.dataset.finishWithMore(collected, more.length / rowBytes, buffer.pointer, rowBytes);
  }

  private addBlank(rows: number): void {
    if (this.capacity === 0) {
      this.dataset.appendBlank(rows);
      return;
    }
    for (let left = rows; left > 0;) {
      const count = this.roomFor(left);
      this.collected += count;
      left -= count;
    }
  }

  private add(bytes: Uint8Array, rows: number): void {
    const { rowBytes } = this;
    for (let row = 0; row < rows;) {
      if (this.capacity === 0) {
        this.dataset.appendBlank(1);
        this.fillLargeRow(bytes.subarray(row * rowBytes, ++row * rowBytes));
        continue;
      }
      const count = this.roomFor(rows - row);
      this.fill();
      const part = bytes.subarray(row * rowBytes, (row + count) * rowBytes);
      this.buffer.bytes().set(part, this.collected * rowBytes);
      this.collected += count;
      this.filled = this.collected;
      row += count;
    }
  }

  /** Makes room in the buffer. @returns rows that it can take now, up to `rows` */
  private roomFor(rows: number): number {
    if (this.collected === this.capacity) this.flush();
    return Math.min(rows, this.capacity - this.collected);
  }

  /** Clears the buffer where blank rows have been added. */
  private fill(): void {
    if (this.filled === this.collected) return;
    const { rowBytes } = this;
    this.buffer.bytes().fill(0, this.filled * rowBytes, this.collected * rowBytes);
    this.filled = this.collected;
  }

  // Zeros need no chunk. Points without a value, a few bytes each, would else fill the disk.
  private flush(): void {
    const isUntouched = this.filled === 0;
    if (!isUntouched) this.fill();
    const bytes = this.buffer.bytes().subarray(0, this.collected * this.rowBytes);
    if (isUntouched || isBlank(bytes)) this.dataset.appendBlank(this.collected);
    else this.dataset.append(this.collected, this.buffer.pointer);
    this.collected = 0;
    this.filled = 0;
  }

  /** Fills the last row, a blank one. */
  private fillLargeRow(row: Uint8Array): void {
    for (const { offset, count, start, elements } of rowPieces(
      this.rowShape,
      this.chunks.slice(1),
    )) {
      const from = start * this.elementBytes;
      const piece = row.subarray(from, from + elements * this.elementBytes);
      if (isBlank(piece)) continue;
      this.buffer.bytes().set(piece);
      this.dataset.writePiece(offset, count, this.buffer.pointer);
    }
  }
}

function isBlank(bytes: Uint8Array): boolean {
  if (bytes[0] !== 0) return false;
  const shifted = Buffer.from(bytes.buffer, bytes.byteOffset + 1, bytes.length - 1);
  return shifted.equals(bytes.subarray(0, -1));
}

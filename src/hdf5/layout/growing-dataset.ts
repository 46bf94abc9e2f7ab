import type { ChunkFilter } from '../format/chunk-filter.js';
import type { Datatype } from '../library/datatype.js';
import type { OpenFile } from '../library/open-file.js';
import type { PackedChunks } from '../library/packed-chunks.js';
import { shortened } from './shortened-dataset.js';

/** Properties that a dataset needs before its first rows. */
export interface DatasetPlan {
  readonly path: string;
  readonly type: Datatype;
  /** Dimensions of one row, slowest first. */
  readonly rowShape: readonly number[];
  /** Rows and dimensions of a chunk, used when the rows don't come all at once. */
  readonly chunks: readonly number[];
  readonly filter?: ChunkFilter;
}

/**
 * A dataset that gets rows at its end. It is made with its first rows: contiguous and of that size
 * when they are all there is, else in chunks. With a filter it is in chunks as soon as it fills one:
 * what less of it saves is lost on the chunk's index.
 */
export class GrowingDataset {
  private rows = 0;
  private isCreated = false;
  private chunkRows: number;

  constructor(
    private readonly file: OpenFile,
    private readonly plan: DatasetPlan,
  ) {
    [this.chunkRows] = plan.chunks;
  }

  /** Whether some of its rows are written. */
  get exists(): boolean {
    return this.isCreated;
  }

  /** Whether it can still be so many rows one behind another, and no more. */
  isContiguous(rows: number): boolean {
    const { chunks, filter } = this.plan;
    return !this.isCreated && (filter === undefined || rows < chunks[0]);
  }

  /** Adds rows that lie at `pointer` in HDF5's heap; whole chunks but for the last ones are fastest. */
  append(rows: number, pointer: number): void {
    const { path, rowShape } = this.plan;
    if (this.isCreated) {
      this.extend(rows);
      const offset = [this.rows - rows, ...rowShape.map(() => 0)];
      this.file.writeSlice(path, offset, [rows, ...rowShape], pointer);
    } else {
      this.createChunked(rows, pointer);
    }
  }

  /** Adds rows of which nothing is written yet: zeros, and no chunks for them in the file. */
  appendBlank(rows: number): void {
    if (this.isCreated) this.extend(rows);
    else this.createChunked(rows, undefined);
  }

  /** Writes a piece of the last row. */
  writePiece(offset: readonly number[], count: readonly number[], pointer: number): void {
    this.file.writeSlice(this.plan.path, [this.rows - 1, ...offset], [1, ...count], pointer);
  }

  /** Writes the chunk of one of the rows from the last `appendBlank` on, packed already. */
  writePackedRow(
    chunks: PackedChunks,
    row: number,
    packed: Uint8Array,
    head: readonly number[],
  ): void {
    const { path, rowShape } = this.plan;
    const offset = [row, ...rowShape.map(() => 0)];
    this.file.writePackedChunk(chunks, path, offset, head, packed);
  }

  /** Adds rows that may not be the last ones, `more` of which are to be expected. */
  pause(rows: number, pointer: number, more: number): void {
    if (rows === 0) return;
    // Room for those that are expected, as a whole chunk would take up much more.
    if (!this.isCreated) this.chunkRows = Math.min(this.plan.chunks[0], rows + more);
    this.append(rows, pointer);
  }

  /** Adds the last rows, if any. */
  finish(rows: number, pointer: number): void {
    const { path, type, rowShape, chunks, filter } = this.plan;
    if (this.isCreated) {
      if (rows > 0) this.append(rows, pointer);
    } else if (filter !== undefined && rows >= chunks[0] && !rowShape.includes(0)) {
      this.file.createDataset(path, type, { shape: [rows, ...rowShape], chunks, filter }, pointer);
    } else {
      this.file.createDataset(path, type, { shape: [rows, ...rowShape] }, pointer);
    }
  }

  /**
   * Adds all rows at once, and behind them, in the bytes that HDF5 gives to the dataset, rows that no
   * header mentions: for another dataset.
   *
   * @returns false when the dataset can't have them, in chunks
   */
  finishWithMore(rows: number, more: number, pointer: number, rowBytes: number): boolean {
    const { path, type, rowShape } = this.plan;
    if (!this.isContiguous(rows)) return false;
    const shape = [rows + more, ...rowShape];
    const changes = shortened(shape, rows, rowBytes);
    this.file.createDataset(path, type, { shape }, pointer, { changes });
    return true;
  }

  private createChunked(rows: number, pointer: number | undefined): void {
    const { path, type, rowShape, filter } = this.plan;
    const chunks = [this.chunkRows, ...this.plan.chunks.slice(1)];
    if (pointer === undefined) {
      // HDF5 writes at creation, so it gets nothing to write.
      this.file.createDataset(path, type, { shape: [0, ...rowShape], chunks, filter }, 0);
      this.isCreated = true;
      this.extend(rows);
    } else {
      this.file.createDataset(path, type, { shape: [rows, ...rowShape], chunks, filter }, pointer);
      this.isCreated = true;
      this.rows = rows;
    }
  }

  private extend(rows: number): void {
    this.rows += rows;
    this.file.resizeDataset(this.plan.path, [this.rows, ...this.plan.rowShape]);
  }
}

import { bytesPerElement, type NumericType } from '../rows/element-type.js';
import type { ChunkFilter } from './chunk-filter.js';
import { chunkShape, piecesOf } from './chunking.js';
import { numericDatatype } from './datatype.js';
import { GrowingDataset } from './growing-dataset.js';
import { MAX_CHUNK_ROWS } from './hdf5-library.js';
import type { HeapRegion } from './heap-region.js';
import type { OpenFile } from './open-file.js';

/** A dataset of numbers or bools, one row after another, collected to whole chunks in `buffer`. */
export class NumericColumn {
  private readonly dataset: GrowingDataset;
  private readonly elementBytes: number;
  private readonly rowBytes: number;
  private readonly chunks: readonly number[];
  /** Rows that are written at once, a multiple of the chunks' rows; 0 if the buffer can't hold one row. */
  private readonly capacity: number;
  private collected = 0;

  /** @param rowShape dimensions of one row, slowest first */
  constructor(
    file: OpenFile,
    path: string,
    type: NumericType,
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

  /** Adds the first `rows` rows of `values`. */
  append(values: NodeJS.ArrayBufferView, rows: number): void {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, rows * this.rowBytes);
    for (let row = 0; row < rows;) {
      if (this.capacity === 0) {
        this.writeLargeRow(bytes.subarray(row * this.rowBytes, ++row * this.rowBytes));
        continue;
      }
      if (this.collected === this.capacity) this.flush();
      const count = Math.min(rows - row, this.capacity - this.collected);
      const part = bytes.subarray(row * this.rowBytes, (row + count) * this.rowBytes);
      this.buffer.bytes().set(part, this.collected * this.rowBytes);
      this.collected += count;
      row += count;
    }
  }

  close(): void {
    this.dataset.finish(this.collected, this.buffer.pointer);
  }

  // Zeros need no chunk. Points without a value, a few bytes each, would else fill the disk.
  private flush(): void {
    const bytes = this.buffer.bytes().subarray(0, this.collected * this.rowBytes);
    if (isBlank(bytes)) this.dataset.appendBlank(this.collected);
    else this.dataset.append(this.collected, this.buffer.pointer);
    this.collected = 0;
  }

  private writeLargeRow(row: Uint8Array): void {
    this.dataset.appendBlank(1);
    for (const { offset, count, start, elements } of piecesOf(
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

import { unpackedSize } from '../../encoding/bitshuffle-lz4.js';
import { bytesPerElement, type NumericType } from '../../encoding/element-type.js';
import { CorruptData } from '../../encoding/lz4-block.js';
import { bitshuffleFilter } from '../format/chunk-filter.js';
import { numericDatatype } from '../library/datatype.js';
import { GrowingDataset } from './growing-dataset.js';
import type { OpenFile } from '../library/open-file.js';
import { headShape, type PackedChunks } from '../library/packed-chunks.js';

/** A dataset whose rows come as bitshuffle-LZ4 chunks, one each, and are stored as they are. */
export class PackedColumnWriter {
  private readonly dataset: GrowingDataset;
  private readonly rowBytes: number;
  /** How far a chunk is written, packed as it is. */
  private readonly head: readonly number[];
  private rows = 0;

  /** @param rowShape dimensions of one row, slowest first */
  constructor(
    file: OpenFile,
    path: string,
    type: NumericType,
    rowShape: readonly number[],
    private readonly chunks: PackedChunks,
  ) {
    const elementBytes = bytesPerElement(type);
    this.rowBytes = rowShape.reduce((product, length) => product * length, elementBytes);
    this.head = headShape([1, ...rowShape], elementBytes);
    this.dataset = new GrowingDataset(file, {
      path,
      type: numericDatatype(type),
      rowShape,
      chunks: [1, ...rowShape],
      filter: bitshuffleFilter(elementBytes),
    });
  }

  /**
   * Adds the first `rows` of the values; an empty one becomes zeros, without a chunk.
   *
   * Whoever has read them has looked into their blocks, see `PackedBlock`. In this thread, which has not, that
   * would take longer than to copy them.
   *
   * @throws CorruptData before anything is written, when one does not say that it has a row's size
   */
  append(values: readonly Uint8Array[], rows: number): void {
    if (rows === 0) return;
    for (let i = 0; i < rows; i++) {
      if (values[i].length > 0) this.checkSize(values[i]);
    }
    this.dataset.appendBlank(rows);
    for (let i = 0; i < rows; i++) {
      if (values[i].length === 0) continue;
      this.dataset.writePackedRow(this.chunks, this.rows + i, values[i], this.head);
    }
    this.rows += rows;
  }

  close(): void {
    this.dataset.finish(0, 0);
  }

  private checkSize(value: Uint8Array): void {
    const size = unpackedSize(value);
    if (size !== this.rowBytes)
      throw new CorruptData(`unpacks to ${size} bytes, not ${this.rowBytes}`);
  }
}

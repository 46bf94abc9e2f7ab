import { bytesPerElement, type NumericType } from '../../encoding/element-type.js';
import { elementsPerValue, type PackedBlock, type RowBlock } from '../../rows/row-block.js';
import type { ChunkFilter } from '../format/chunk-filter.js';
import { packLiterally } from '../../encoding/literal-packer.js';
import type { OpenFile } from '../library/open-file.js';
import type { PackedChunks } from '../library/packed-chunks.js';
import type { ChannelPlot } from './channel-plot.js';
import type { ImageHeader } from './packable.js';
import { PackedColumnWriter } from './packed-column-writer.js';
import type { Plots } from './plots.js';
import { RowColumns } from './row-columns.js';

/** The five datasets of a channel whose values stay compressed as they came. */
export class PackedChannel {
  private readonly data: PackedColumnWriter;
  private readonly columns: RowColumns;
  private readonly type: NumericType;
  private readonly rowBytes: number;
  private readonly plot: ChannelPlot | undefined;

  /**
   * @param group its path; it is made with the first dataset
   * @param filter for what there is beside the images
   * @param plots of the file, if it has some
   */
  constructor(
    file: OpenFile,
    group: string,
    header: ImageHeader,
    chunks: PackedChunks,
    filter?: ChunkFilter,
    private readonly plots?: Plots,
  ) {
    const { type, shape } = header;
    this.type = type;
    this.rowBytes = elementsPerValue(shape) * bytesPerElement(type);
    this.data = new PackedColumnWriter(file, `${group}/data`, type, shape.toReversed(), chunks);
    this.columns = new RowColumns(file, group, filter);
    this.plot = plots?.open(header);
  }

  appendPacked(block: PackedBlock): void {
    this.data.append(block.packed, block.rows);
    this.note(block);
  }

  /** Rows whose values came as they are, between others. */
  append(block: RowBlock): void {
    const { rows, values, present } = block;
    if (values.type !== this.type) throw new TypeError(`${values.type} values for ${this.type}`);
    const { buffer, byteOffset } = values.array;
    const { rowBytes } = this;
    const elementBytes = bytesPerElement(this.type);
    // One by one: each takes up as much memory again.
    for (let row = 0; row < rows; row++) {
      const value = new Uint8Array(buffer, byteOffset + row * rowBytes, rowBytes);
      const packed = present[row] === 0 ? new Uint8Array(0) : packLiterally(value, elementBytes);
      this.data.append([packed], 1);
    }
    this.note(block);
  }

  /** No more rows for now, and about `more` later. Without rows so far there are no datasets yet. */
  pause(more: number): void {
    this.columns.pause(more);
  }

  close(): void {
    if (this.plot) this.plot.closeWith(this.data);
    else this.data.close();
    this.columns.close();
  }

  private note(block: Omit<RowBlock, 'values'>): void {
    this.columns.append(block);
    this.plots?.span.add(block);
    this.plot?.append(block);
  }
}

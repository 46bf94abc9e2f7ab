import type { ChannelHeader, RowBlock } from '../../rows/row-block.js';
import { labelsOf } from '../../rows/labels-of.js';
import type { ChunkFilter } from '../format/chunk-filter.js';
import { NumericColumnWriter } from './numeric-column-writer.js';
import type { OpenFile } from '../library/open-file.js';
import type { ChannelPlot } from './channel-plot.js';
import type { Plots } from './plots.js';
import { RowColumns } from './row-columns.js';
import { TextColumnWriter } from './text-column-writer.js';

/** The five datasets of a channel, six of a labelled one, which get every row in the order in which it comes. */
export class CompactChannel {
  private readonly data: NumericColumnWriter | TextColumnWriter;
  private readonly columns: RowColumns;
  private readonly labels: TextColumnWriter | undefined;
  private readonly plot: ChannelPlot | undefined;

  /**
   * @param group its path; it is made with the first dataset
   * @param plots of the file, if it has some
   */
  constructor(
    private readonly file: OpenFile,
    private readonly group: string,
    header: ChannelHeader,
    filter?: ChunkFilter,
    private readonly plots?: Plots,
  ) {
    const { type, shape, isLabelled } = header;
    const rowShape = shape.toReversed();
    const { buffers } = file.library;
    this.data =
      type === 'string'
        ? new TextColumnWriter(file, `${group}/data`, rowShape, buffers.data, buffers.dataPointers)
        : new NumericColumnWriter(file, `${group}/data`, type, rowShape, buffers.data, filter);
    // Of numbers alone: texts have the pointers themselves.
    if (isLabelled && type !== 'string') {
      const { labels, dataPointers } = buffers;
      this.labels = new TextColumnWriter(file, `${group}/label`, rowShape, labels, dataPointers);
    }
    this.columns = new RowColumns(file, group, filter);
    this.plot = plots?.open(header);
  }

  append(block: RowBlock): void {
    const { values, rows, present } = block;
    if (this.data instanceof NumericColumnWriter) {
      if (values.type === 'string') throw new TypeError('texts for a channel of numbers');
      this.data.append(values.array, rows, present);
    } else {
      if (values.type !== 'string') throw new TypeError('numbers for a channel of texts');
      this.data.append(values.text, rows, present);
    }
    this.labels?.append(labelsOf(block), rows, present);
    this.columns.append(block);
    this.plots?.span.add(block);
    this.plot?.append(block);
  }

  /** No more rows for now, and about `more` later. Without rows so far there are no datasets yet. */
  pause(more: number): void {
    this.data.pause(more);
    this.labels?.pause(more);
    this.columns.pause(more);
    this.plot?.pause(more);
  }

  close(): void {
    const { data, columns, plot } = this;
    if (
      data instanceof NumericColumnWriter &&
      !this.labels &&
      data.canBePlaced(plot?.valuesBehind) &&
      (plot?.canBePlaced() ?? true) &&
      columns.canBePlaced()
    ) {
      const values = plot ? plot.placeWith(data) : data.place();
      this.file.addChannel(this.group, [values, ...columns.place()]);
      return;
    }
    if (this.plot) this.plot.closeWith(this.data);
    else this.data.close();
    this.labels?.close();
    this.columns.close();
  }
}

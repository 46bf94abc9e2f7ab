import { createHash, type Hash } from 'node:crypto';
import type { NumericArray } from '../../encoding/element-type.js';
import { elementsPerValue, type ChannelHeader, type RowBlock } from '../../rows/row-block.js';
import type { ChunkFilter } from '../format/chunk-filter.js';
import type { PlainDataset } from '../library/plain-channels.js';
import type { OpenFile } from '../library/open-file.js';
import { NumericColumnWriter } from './numeric-column-writer.js';
import { presenceRuns } from './presence-runs.js';

/**
 * What a channel's plot shows: `values`, a dataset of one dimension with a value for each point, or the
 * channel's own `data`; texts and values without elements are not plotted.
 */
export type PlotKind = 'values' | 'data' | 'nothing';

const NO_ID = -1n;

/** Where the values of a plot are. */
export type PlotValues =
  /** Behind the rows of the channel's `data`. */
  'behind' | { readonly dataset: string };

/**
 * What the plot of a channel needs to have noted while its rows come: which pulses it shows and, of a
 * scalar, the values in one dimension. Viewers fail at `(N, 1)`, and a row without a value would be drawn
 * as zero.
 */
export class ChannelPlot {
  readonly kind: PlotKind;
  /** Of the channel. */
  rows = 0;
  /** Of these, rows that are plotted. */
  points = 0;
  /** Whether a row has a value; others are zeros in `data`. */
  hasValue = false;
  /** Whether all rows have pulse ids; else they are plotted over time, or not at all. */
  followsPulses = true;
  // Both are given up when the channel is closed, of which a file may have 50,000.
  private hash: Hash | undefined = createHash('sha1');
  private column: NumericColumnWriter | undefined;
  private digest = '';
  private place: PlotValues | undefined;

  /**
   * @param dataset where the values may go if they don't find room behind the data
   */
  constructor(
    file: OpenFile,
    readonly header: ChannelHeader,
    private readonly dataset: string,
    filter?: ChunkFilter,
  ) {
    const { type, shape } = header;
    const elements = elementsPerValue(shape);
    if (type === 'string' || elements === 0) {
      this.kind = 'nothing';
    } else if (elements > 1) {
      this.kind = 'data';
    } else {
      this.kind = 'values';
      this.column = new NumericColumnWriter(
        file,
        dataset,
        type,
        [],
        file.library.buffers.plotted,
        filter,
      );
    }
  }

  /** Where the values are, once the channel is closed; undefined of other kinds, and without a point. */
  get values(): PlotValues | undefined {
    return this.place;
  }

  /** Of a closed channel: the same for plots that show the same pulses in the same order. */
  get pulses(): string {
    return this.digest;
  }

  append(block: Omit<RowBlock, 'values'> & Partial<Pick<RowBlock, 'values'>>): void {
    const { rows, pulseIds, timestamps, present, values } = block;
    this.rows += rows;
    this.hasValue ||= present.subarray(0, rows).includes(1);
    if (this.kind === 'nothing') return;
    if (pulseIds.subarray(0, rows).includes(NO_ID)) {
      this.followsPulses = false;
      // It tells the points from those of others that have no pulse ids either.
      this.note(timestamps, rows);
    }
    if (!this.column) {
      this.points += rows;
      this.note(pulseIds, rows);
      return;
    }
    if (values === undefined || values.type === 'string') throw new TypeError('no numbers to plot');
    const points = kept(values.array, present, rows);
    this.points += points.length;
    this.note(kept(pulseIds, present, rows), points.length);
    this.column.append(points, points.length);
  }

  pause(more: number): void {
    this.column?.pause(more);
  }

  /** @param data of the channel, which is closed here as well */
  closeWith(data: { close(): void }): void {
    this.place = this.closeColumns(data);
    this.close();
  }

  /** How many values it would have behind the data. */
  get valuesBehind(): number {
    return this.kind === 'values' ? this.points : 0;
  }

  /** Whether its values can lie behind the data. */
  canBePlaced(): boolean {
    return !this.column || this.points === 0 || this.column.canBePlaced();
  }

  /** The same where neither is a dataset of HDF5's. @param data of the channel */
  placeWith(data: NumericColumnWriter): PlainDataset {
    const values = this.points > 0 ? this.column?.waiting() : undefined;
    const dataset = data.place(values);
    if (values) this.place = 'behind';
    this.close();
    return dataset;
  }

  private close(): void {
    this.digest = `${this.points} ${this.hash!.digest('base64')}`;
    this.hash = undefined;
    this.column = undefined;
  }

  private closeColumns(data: { close(): void }): PlotValues | undefined {
    const { column } = this;
    const waiting = this.points > 0 ? column?.waiting() : undefined;
    const behind = waiting && data instanceof NumericColumnWriter && data.closeWithMore(waiting);
    if (behind) return 'behind';
    data.close();
    if (!column || this.points === 0) return undefined;
    column.close();
    return { dataset: this.dataset };
  }

  private note({ buffer, byteOffset }: BigInt64Array, count: number): void {
    this.hash!.update(new Uint8Array(buffer, byteOffset, count * 8));
  }
}

/** The elements, one a row, of rows that are present. */
function kept<T extends NumericArray>(array: T, present: Uint8Array, rows: number): T {
  const absent = present.indexOf(0);
  if (absent === -1 || absent >= rows) return array.subarray(0, rows) as T;
  const result = array.slice(0, rows) as T;
  let end = 0;
  for (const run of presenceRuns(present, rows)) {
    if (run.isBlank) continue;
    result.copyWithin(end, run.first, run.end);
    end += run.end - run.first;
  }
  return result.subarray(0, end) as T;
}

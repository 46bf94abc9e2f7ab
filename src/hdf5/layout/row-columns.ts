import type { RowBlock } from '../../rows/row-block.js';
import type { ChunkFilter } from '../format/chunk-filter.js';
import { DateColumnWriter } from './date-column-writer.js';
import { NumericColumnWriter } from './numeric-column-writer.js';
import type { PlainDataset } from '../library/plain-channels.js';
import type { OpenFile } from '../library/open-file.js';

/** The four datasets that a channel has beside its data: what there is to know of each row. */
export class RowColumns {
  private readonly pulseIds: NumericColumnWriter;
  private readonly timestamps: NumericColumnWriter;
  private readonly present: NumericColumnWriter;
  private readonly dates: DateColumnWriter;

  constructor(file: OpenFile, group: string, filter?: ChunkFilter) {
    const { pulseIds, timestamps, present, data } = file.library.buffers;
    const path = (name: string) => `${group}/${name}`;
    this.pulseIds = new NumericColumnWriter(file, path('pulse_id'), 'int64', [], pulseIds, filter);
    this.timestamps = new NumericColumnWriter(
      file,
      path('timestamp'),
      'int64',
      [],
      timestamps,
      filter,
    );
    this.present = new NumericColumnWriter(
      file,
      path('is_data_present'),
      'bool',
      [],
      present,
      filter,
    );
    // The channel's data are written by the time that the dates are put together.
    this.dates = new DateColumnWriter(file, path('global_date'), timestamps, data);
  }

  append(block: Omit<RowBlock, 'values'>): void {
    const { rows, pulseIds, timestamps, present } = block;
    this.dates.expect(block);
    this.pulseIds.append(pulseIds, rows);
    this.timestamps.append(timestamps, rows);
    this.present.append(present, rows);
    this.dates.append(block);
  }

  pause(more: number): void {
    this.dates.makeTexts();
    this.pulseIds.pause(more);
    this.timestamps.pause(more);
    this.present.pause(more);
    this.dates.pause(more);
  }

  /** Whether all of them can be written without datasets of HDF5's. */
  canBePlaced(): boolean {
    const { pulseIds, timestamps, present, dates } = this;
    return [pulseIds, timestamps, present, dates].every((column) => column.canBePlaced());
  }

  /** Writes them so. */
  place(): PlainDataset[] {
    const { pulseIds, timestamps, present, dates } = this;
    return [pulseIds, timestamps, present, dates].map((column) => column.place());
  }

  close(): void {
    this.pulseIds.close();
    this.timestamps.close();
    this.present.close();
    this.dates.close();
  }
}

import type { RowBlock } from '../../rows/row-block.js';
import type { ChunkFilter } from '../format/chunk-filter.js';
import { NumericColumnWriter } from './numeric-column-writer.js';
import type { OpenFile } from '../library/open-file.js';
import { TextColumnWriter } from './text-column-writer.js';

/** The four datasets that a channel has beside its data: what there is to know of each row. */
export class RowColumns {
  private readonly pulseIds: NumericColumnWriter;
  private readonly timestamps: NumericColumnWriter;
  private readonly present: NumericColumnWriter;
  private readonly dates: TextColumnWriter;

  constructor(file: OpenFile, group: string, filter?: ChunkFilter) {
    const { pulseIds, timestamps, present, dates, datePointers, data } = file.library.buffers;
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
    this.dates = new TextColumnWriter(file, path('global_date'), [], dates, datePointers, data);
  }

  append({ rows, pulseIds, timestamps, present, globalDates }: Omit<RowBlock, 'values'>): void {
    this.pulseIds.append(pulseIds, rows);
    this.timestamps.append(timestamps, rows);
    this.present.append(present, rows);
    this.dates.append(globalDates, rows);
  }

  pause(more: number): void {
    this.pulseIds.pause(more);
    this.timestamps.pause(more);
    this.present.pause(more);
    this.dates.pause(more);
  }

  close(): void {
    this.pulseIds.close();
    this.timestamps.close();
    this.present.close();
    this.dates.close();
  }
}

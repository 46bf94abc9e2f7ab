import type { ChannelHeader, RowBlock } from '../rows/row-block.js';
import type { ChannelRows } from '../rows/row-sink.js';
import { NumericColumn } from './numeric-column.js';
import type { OpenFile } from './open-file.js';
import { TextColumnWriter } from './text-column-writer.js';

/** The five datasets of a channel, which get every row in the order in which it comes. */
export class CompactChannel implements ChannelRows {
  private readonly data: NumericColumn | TextColumnWriter;
  private readonly pulseIds: NumericColumn;
  private readonly timestamps: NumericColumn;
  private readonly present: NumericColumn;
  private readonly dates: TextColumnWriter;

  /** Makes the channel's group, `/data/<name>`. */
  constructor(file: OpenFile, { name, type, shape }: ChannelHeader, gzip?: number) {
    const group = `/data/${name}`;
    const rowShape = shape.toReversed();
    const { buffers } = file.library;
    file.createGroup(group);
    this.data =
      type === 'string'
        ? new TextColumnWriter(file, `${group}/data`, rowShape, buffers.data, buffers.dataPointers)
        : new NumericColumn(file, `${group}/data`, type, rowShape, buffers.data, gzip);
    this.pulseIds = new NumericColumn(
      file,
      `${group}/pulse_id`,
      'int64',
      [],
      buffers.pulseIds,
      gzip,
    );
    this.timestamps = new NumericColumn(
      file,
      `${group}/timestamp`,
      'int64',
      [],
      buffers.timestamps,
      gzip,
    );
    this.present = new NumericColumn(
      file,
      `${group}/is_data_present`,
      'bool',
      [],
      buffers.present,
      gzip,
    );
    this.dates = new TextColumnWriter(
      file,
      `${group}/global_date`,
      [],
      buffers.dates,
      buffers.datePointers,
    );
  }

  append({ rows, values, pulseIds, timestamps, present, globalDates }: RowBlock): void {
    if (this.data instanceof NumericColumn) {
      if (values.type === 'string') throw new TypeError('texts for a channel of numbers');
      this.data.append(values.array, rows);
    } else {
      if (values.type !== 'string') throw new TypeError('numbers for a channel of texts');
      this.data.append(values.text, rows);
    }
    this.pulseIds.append(pulseIds, rows);
    this.timestamps.append(timestamps, rows);
    this.present.append(present, rows);
    this.dates.append(globalDates, rows);
  }

  close(): void {
    this.data.close();
    this.pulseIds.close();
    this.timestamps.close();
    this.present.close();
    this.dates.close();
  }
}

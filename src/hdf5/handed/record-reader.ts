import { bytesPerElement, viewNumericArray } from '../../encoding/element-type.js';
import type { ChannelHeader, PackedBlock, RowBlock } from '../../rows/row-block.js';
import type { ChannelRows, RowSink } from '../../rows/row-sink.js';
import type { TextColumn } from '../../rows/text-column.js';
import { aligned, HEAD_BYTES, KIND, NO_DATES } from './record.js';

type Columns = Omit<RowBlock, 'values'>;

/** Hands on what records say, in their order. */
export class RecordReader {
  private header: ChannelHeader | undefined;
  private target: ChannelRows | undefined;
  private buffer = new SharedArrayBuffer(0);
  private at = 0;

  constructor(private readonly sink: RowSink) {}

  /** Rows of the channel that is open. */
  get rows(): ChannelRows {
    if (!this.target) throw new Error('no channel is open');
    return this.target;
  }

  /** @param used bytes of the buffer that have been written. @throws what the sink throws */
  read(buffer: SharedArrayBuffer, used: number): void {
    this.buffer = buffer;
    this.at = 0;
    while (this.at < used) this.next();
  }

  /** Hands on a block that lies elsewhere. */
  append(block: RowBlock | PackedBlock): void {
    if ('packed' in block) this.rows.appendPacked!(block);
    else this.rows.append(block);
  }

  open(header: ChannelHeader, packed: boolean): void {
    this.header = header;
    this.target = this.sink.openChannel(header, { packed });
  }

  close(more: number): void {
    this.rows.close(more);
    this.target = undefined;
  }

  private next(): void {
    const [kind, ...words] = new Int32Array(this.buffer, this.at, HEAD_BYTES / 4);
    this.at += HEAD_BYTES;
    switch (kind) {
      case KIND.open:
        return this.open(this.readHeader(words[0]), words[1] === 1);
      case KIND.rows:
        return this.rows.append(this.readRows(words));
      case KIND.packed:
        return this.rows.appendPacked!(this.readPacked(words));
      case KIND.close:
        return this.close(new Float64Array(this.buffer, this.skip(8), 1)[0]);
      default:
        throw new Error(`there is no record of kind ${kind}`);
    }
  }

  private readHeader(length: number): ChannelHeader {
    return JSON.parse(
      Buffer.from(this.buffer, this.skip(length), length).toString(),
    ) as ChannelHeader;
  }

  private readRows(words: readonly number[]): RowBlock {
    const [rows, dateBytes, elements, valueBytes, labelBytes] = words;
    const { type, isLabelled } = this.header!;
    const columns = {
      ...this.readColumns(rows, dateBytes),
      ...(isLabelled && { labels: this.readText(elements, labelBytes) }),
    };
    if (type === 'string') {
      return { ...columns, values: { type, text: this.readText(elements, valueBytes) } };
    }
    if (elements * bytesPerElement(type) !== valueBytes) {
      throw new TypeError(`values of another type for a channel of ${type}`);
    }
    const array = viewNumericArray(type, this.buffer, this.skip(valueBytes), elements);
    return { ...columns, values: { type, array } };
  }

  private readPacked([rows, dateBytes]: readonly number[]): PackedBlock {
    const columns = this.readColumns(rows, dateBytes);
    const lengths = new Uint32Array(this.buffer, this.skip(4 * rows), rows);
    const packed = Array.from(lengths, (length) => this.bytes(length));
    return { ...columns, packed };
  }

  private readColumns(rows: number, dateBytes: number): Columns {
    return {
      rows,
      pulseIds: new BigInt64Array(this.buffer, this.skip(8 * rows), rows),
      timestamps: new BigInt64Array(this.buffer, this.skip(8 * rows), rows),
      present: this.bytes(rows),
      globalDates: dateBytes === NO_DATES ? undefined : this.readText(rows, dateBytes),
    };
  }

  private readText(count: number, length: number): TextColumn {
    const ends = new Uint32Array(this.buffer, this.skip(4 * count), count);
    return { ends, bytes: this.bytes(length) };
  }

  private bytes(length: number): Uint8Array {
    return new Uint8Array(this.buffer, this.skip(length), length);
  }

  /** @returns where the column begins */
  private skip(length: number): number {
    const { at } = this;
    this.at += aligned(length);
    return at;
  }
}

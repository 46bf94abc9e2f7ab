import { bytesPerElement } from '../../encoding/element-type.js';
import { type ChannelHeader, elementsPerValue } from '../../rows/row-block.js';
import type { ChannelRows } from '../../rows/row-sink.js';
import { rowsPerBlock } from '../blocks/block-memory.js';
import type { ProblemTally } from '../blocks/problem-tally.js';
import type { Api4Memory } from './api4-memory.js';
import { type CborReader, NEGATIVE, UNSIGNED } from './cbor-reader.js';
import { EnumColumn } from './enum-column.js';
import type { Frame } from './frame.js';
import type { Batch } from './batch.js';
import { NumberColumn } from './number-column.js';
import { INVALID_PULSE_ID, type RowFilter } from './row-filter.js';
import { TextColumn } from './text-column.js';
import type { ValueColumn } from './value-column.js';

/** Of a text, in memory, besides its bytes. */
const TEXT_BYTES = 8;

/** Turns batches of an open channel into blocks of rows and hands these on. */
export class RowBlocks {
  /** Rows that were kept. */
  count = 0;

  private readonly column: ValueColumn;
  private readonly pulseIdWords: Uint32Array;
  private readonly timestampWords: Uint32Array;
  private blockRows = 0;

  constructor(
    header: ChannelHeader,
    private readonly target: ChannelRows,
    private readonly filter: RowFilter,
    private readonly tally: ProblemTally,
    private readonly memory: Api4Memory,
  ) {
    this.column = columnOf(header, memory);
    const { blocks } = memory;
    this.pulseIdWords = new Uint32Array(blocks.pulseIds.buffer);
    this.timestampWords = new Uint32Array(blocks.timestamps.buffer);
  }

  /** Begins a block; nobody else does until it is handed on. */
  begin(): void {
    this.blockRows = 0;
    this.column.begin();
  }

  /** Reads the rows of a frame. @throws MalformedReply where the frame is not what it should be */
  take(frame: Frame, { tss, pulses, values, labels, endsWithValues }: Batch): void {
    const { memory } = this;
    memory.times.begin(frame, tss.position);
    if (pulses) memory.pulses.begin(frame, pulses.position);
    memory.values.begin(frame, values.position);
    if (labels) memory.labels.begin(frame, labels.position);
    for (let left = tss.count; left > 0;) {
      const count = Math.min(left, this.column.capacity - this.blockRows);
      this.readTimes(count);
      this.readPulseIds(count, pulses !== undefined);
      this.judge(count);
      this.readValues(count, labels && memory.labels);
      left -= count;
    }
    if (endsWithValues && memory.values.left > 0) {
      memory.values.fail(`${memory.values.left} bytes behind the CBOR item of a frame`);
    }
  }

  /** Hands on what is left. */
  flush(): void {
    if (this.blockRows === 0) return;
    const { pulseIds, timestamps, present } = this.memory.blocks;
    const { values, labels } = this.column;
    this.target.append({
      rows: this.blockRows,
      pulseIds,
      timestamps,
      globalDates: undefined,
      present,
      values,
      ...(labels && { labels }),
    });
    this.begin();
  }

  /** Reads times to behind the rows of the block. */
  private readTimes(count: number): void {
    const reader = this.memory.times;
    for (let row = this.blockRows; row < this.blockRows + count; row++) {
      const kind = reader.value();
      const isTime = kind === UNSIGNED || kind === NEGATIVE;
      if (!isTime || reader.high >= 2 ** 31) reader.fail('a time is no whole number of 63 bits');
      putWhole(this.timestampWords, row, reader, kind);
    }
  }

  private readPulseIds(count: number, arePulsed: boolean): void {
    const { blockRows, pulseIdWords } = this;
    const { pulseIds } = this.memory.blocks;
    const reader = this.memory.pulses;
    if (!arePulsed) {
      pulseIds.fill(-1n, blockRows, blockRows + count);
      return;
    }
    for (let row = blockRows; row < blockRows + count; row++) {
      const kind = reader.value();
      if (kind === UNSIGNED && reader.high < 2 ** 31) putWhole(pulseIdWords, row, reader, kind);
      else {
        reader.skipContent(kind);
        pulseIds[row] = INVALID_PULSE_ID;
      }
    }
  }

  /** Finds out which rows are kept. */
  private judge(count: number): void {
    const { blockRows } = this;
    const { keep } = this.memory;
    const { pulseIds, timestamps } = this.memory.blocks;
    for (let i = 0; i < count; i++) {
      const row = blockRows + i;
      keep[i] = this.filter.keeps(timestamps[row], pulseIds[row]) ? 1 : 0;
    }
  }

  /** Reads values of rows whose times and pulse ids lie behind the block, and moves these to their place. */
  private readValues(count: number, labels: CborReader | undefined): void {
    const { memory, column } = this;
    const { keep } = memory;
    const { pulseIds, timestamps } = memory.blocks;
    let from = this.blockRows;
    for (let i = 0; i < count; i++, from++) {
      if (keep[i] === 0) {
        memory.values.skip();
        labels?.skip();
        continue;
      }
      const row = this.blockRows;
      pulseIds[row] = pulseIds[from];
      timestamps[row] = timestamps[from];
      const fault = column.readRow(memory.values, row, labels);
      memory.blocks.present[row] = fault === undefined || fault.stored ? 1 : 0;
      if (fault) this.tally.count(fault.code, this.pulseIdOf(row), fault.example);
      this.blockRows++;
      this.count++;
      if (this.blockRows < column.capacity && !column.full) continue;
      this.flush();
      // What was read ahead begins the next block.
      pulseIds.copyWithin(0, from + 1, from + count - i);
      timestamps.copyWithin(0, from + 1, from + count - i);
      from = -1;
    }
  }

  private pulseIdOf(row: number): number | undefined {
    const pulseId = Number(this.memory.blocks.pulseIds[row]);
    return pulseId < 0 ? undefined : pulseId;
  }
}

function putWhole(words: Uint32Array, row: number, { low, high }: CborReader, kind: number): void {
  // −1 − n is n with all bits turned over.
  words[2 * row] = kind === NEGATIVE ? ~low : low;
  words[2 * row + 1] = kind === NEGATIVE ? ~high : high;
}

function columnOf({ type, shape, isLabelled }: ChannelHeader, memory: Api4Memory): ValueColumn {
  const elements = elementsPerValue(shape);
  if (type === 'string')
    return new TextColumn(elements, rowsPerBlock(elements * TEXT_BYTES), memory.texts);
  const rowBytes = elements * bytesPerElement(type);
  const capacity = rowsPerBlock(rowBytes + (isLabelled ? elements * TEXT_BYTES : 0));
  return isLabelled
    ? new EnumColumn(elements, capacity, memory.blocks, memory.names)
    : new NumberColumn(type, elements, capacity, memory.blocks);
}

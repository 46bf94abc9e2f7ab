import { bytesPerElement } from '../../../encoding/element-type.js';
import { type ChannelHeader, elementsPerValue } from '../../../rows/row-block.js';
import type { ChannelRows } from '../../../rows/row-sink.js';
import { rowsPerBlock } from '../../blocks/block-memory.js';
import type { ProblemTally } from '../../blocks/problem-tally.js';
import type { Api4Memory } from '../cbor/api4-memory.js';
import type { Batch } from './batch.js';
import { NEGATIVE, UNSIGNED } from '../cbor/cbor-kinds.js';
import type { CborReader } from '../cbor/cbor-reader.js';
import { EnumColumn } from './enum-column.js';
import type { Frame } from '../cbor/frame.js';
import { NumberColumn } from './number-column.js';
import { KEPT, type RowFilter, UNORDERED } from './row-filter.js';
import { TextColumn } from './text-column.js';
import type { ValueColumn } from './value-column.js';

/** Of a text, in memory, besides its bytes. */
const TEXT_BYTES = 8;
/** The pulse id of a row whose one can't be one. */
const INVALID_PULSE_ID = -2n;

/** Turns batches of an open channel into blocks of rows and hands these on. */
export class RowBlocks {
  /** Rows that were kept. */
  count = 0;

  private readonly column: ValueColumn;
  private blockRows = 0;

  constructor(
    header: ChannelHeader,
    private readonly target: ChannelRows,
    private readonly filter: RowFilter,
    private readonly tally: ProblemTally,
    private readonly memory: Api4Memory,
  ) {
    this.column = columnOf(header, memory);
  }

  /** Begins a block; nobody else does until it is handed on. */
  begin(): void {
    this.blockRows = 0;
    this.column.begin();
  }

  /** Reads the rows of a frame. @throws MalformedReply where the frame is not what it should be */
  take(frame: Frame, { tss, pulses, values, labels, endsWithValues }: Batch): void {
    const { memory, column } = this;
    memory.times.begin(frame, tss.position);
    if (pulses) memory.pulses.begin(frame, pulses.position);
    memory.values.begin(frame, values.position);
    if (labels) memory.labels.begin(frame, labels.position);
    for (let left = tss.count; left > 0;) {
      const count = Math.min(left, column.capacity - this.blockRows, column.rowsAtOnce);
      this.readTimes(count);
      this.readPulseIds(count, pulses !== undefined);
      const kept = this.filter.judge(this.blockRows, count, pulses !== undefined);
      const names = labels && memory.labels;
      if (kept === count) this.readValues(count, names);
      else this.readKept(count, names);
      if (this.blockRows === column.capacity || column.full) this.flush();
      left -= count;
    }
    if (endsWithValues && memory.values.left > 0) {
      memory.values.fail(`${memory.values.left} bytes behind the CBOR item of a frame`);
    }
  }

  /** Hands on what is left. */
  flush(): void {
    if (this.blockRows === 0) return;
    const { pulseIds, timestamps, present } = this.memory.kernel;
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
    const { kernel, times } = this.memory;
    const { timestamps } = kernel;
    const end = this.blockRows + count;
    for (let row = this.blockRows; row < end; row++) {
      row += this.readRun(times, timestamps, row, end);
      if (row === end) break;
      const kind = times.value();
      const isTime = kind === UNSIGNED || kind === NEGATIVE;
      if (!isTime || times.high >= 2 ** 31) times.fail('a time is no whole number of 63 bits');
      timestamps[row] = times.whole(kind);
    }
  }

  private readPulseIds(count: number, arePulsed: boolean): void {
    const { kernel, pulses } = this.memory;
    const { pulseIds } = kernel;
    const end = this.blockRows + count;
    if (!arePulsed) {
      pulseIds.fill(-1n, this.blockRows, end);
      return;
    }
    for (let row = this.blockRows; row < end; row++) {
      row += this.readRun(pulses, pulseIds, row, end);
      if (row === end) break;
      const kind = pulses.value();
      const isId = kind === UNSIGNED && pulses.high < 2 ** 31;
      pulseIds[row] = isId ? pulses.whole(kind) : INVALID_PULSE_ID;
      if (!isId) pulses.skipContent(kind);
    }
  }

  /** Reads whole numbers in a run. @returns how many */
  private readRun(reader: CborReader, to: BigInt64Array, row: number, end: number): number {
    const { kernel } = this.memory;
    const address = to.byteOffset + 8 * row;
    const read = kernel.read('int64', reader.at, reader.end, end - row, address);
    reader.at = kernel.at;
    return read;
  }

  /** Reads values of those rows, among some that lie behind the block, that are kept. */
  private readKept(count: number, names: CborReader | undefined): void {
    const { kernel, values } = this.memory;
    const { pulseIds, timestamps, verdicts } = kernel;
    const isKept = (row: number) => verdicts[row] === KEPT || verdicts[row] === UNORDERED;
    const end = this.blockRows + count;
    for (let from = this.blockRows; from < end;) {
      let to = from + 1;
      while (to < end && isKept(to) === isKept(from)) to++;
      if (isKept(from)) {
        pulseIds.copyWithin(this.blockRows, from, to);
        timestamps.copyWithin(this.blockRows, from, to);
        this.readValues(to - from, names);
      } else {
        values.skipAll(to - from);
        names?.skipAll(to - from);
      }
      from = to;
    }
  }

  /** Adds rows whose times and pulse ids lie behind the block. */
  private readValues(count: number, names: CborReader | undefined): void {
    const { memory, column, blockRows } = this;
    const { present } = memory.kernel;
    const end = blockRows + count;
    for (let row = blockRows; row < end; row++) {
      const run = column.readRows(memory.values, row, end - row);
      present.fill(1, row, row + run);
      row += run;
      if (row === end) break;
      const fault = column.readRow(memory.values, row, names);
      present[row] = fault === undefined || fault.stored ? 1 : 0;
      if (fault) this.tally.count(fault.code, this.pulseIdOf(row), fault.example);
    }
    this.blockRows = end;
    this.count += count;
  }

  private pulseIdOf(row: number): number | undefined {
    const pulseId = Number(this.memory.kernel.pulseIds[row]);
    return pulseId < 0 ? undefined : pulseId;
  }
}

function columnOf({ type, shape, isLabelled }: ChannelHeader, memory: Api4Memory): ValueColumn {
  const elements = elementsPerValue(shape);
  if (type === 'string') {
    return new TextColumn(elements, rowsPerBlock(elements * TEXT_BYTES), memory.texts);
  }
  const rowBytes = elements * bytesPerElement(type);
  const capacity = rowsPerBlock(rowBytes + (isLabelled ? elements * TEXT_BYTES : 0));
  return isLabelled
    ? new EnumColumn(elements, capacity, memory)
    : new NumberColumn(type, elements, capacity, memory);
}

import { bytesPerElement, type ElementType } from '../../encoding/element-type.js';
import { type ChannelHeader, elementsPerValue } from '../../rows/row-block.js';
import { checkBitshuffleLz4, unpackedSize } from '../../encoding/bitshuffle-lz4.js';
import type { ChannelRows } from '../../rows/row-sink.js';
import type { ProblemTally, StoredFault } from '../blocks/problem-tally.js';
import { BLOCK_BYTES, type BlockMemory, rowsPerBlock } from '../blocks/block-memory.js';
import type { Encoding } from './channel-description.js';
import { DateText } from '../../rows/date-text.js';
import { corruptValue, NumericBuffer, wrongLength } from './numeric-buffer.js';
import { TextValueBuffer } from './text-value-buffer.js';
import type { ValueBuffer } from './value-buffer.js';

/** Of a text, in memory, besides its bytes. */
const TEXT_BYTES = 8;
const NOTHING = new Uint8Array(0);

/** Whether values can be handed on as they came: numbers, packed, in the file's byte order. */
export function staysPacked(type: ElementType, { packed, bigEndian }: Encoding): boolean {
  if (!packed || type === 'string' || type === 'bool') return false;
  return !bigEndian || bytesPerElement(type) === 1;
}

/** Where an event's time, pulse id and value lie. */
export class EventParts {
  /** Words of the time in nanoseconds since the epoch, unsigned and signed. */
  timeLow = 0;
  timeHigh = 0;
  pulseId = 0;
  /** The value is `bytes[start]` to before `bytes[end]`. */
  bytes: Uint8Array = NOTHING;
  start = 0;
  end = 0;
}

/** Turns events into blocks of an open channel's type and hands these on. */
export class EventRows {
  /** Rows so far, those included that are in the block that is being filled. */
  count = 0;

  private readonly buffer: ValueBuffer;
  private readonly dates = new DateText();
  private readonly elementSize: number;
  private readonly valueBytes: number;
  private readonly capacity: number;
  private readonly pulseIdWords: Uint32Array;
  private readonly timestampWords: Uint32Array;
  private blockRows = 0;

  constructor(
    private readonly header: ChannelHeader,
    private readonly target: ChannelRows,
    private readonly tally: ProblemTally,
    private readonly memory: BlockMemory,
  ) {
    const { type, shape } = header;
    const elements = elementsPerValue(shape);
    this.elementSize = type === 'string' ? TEXT_BYTES : bytesPerElement(type);
    this.valueBytes = elements * this.elementSize;
    this.capacity = rowsPerBlock(this.valueBytes);
    this.buffer =
      type === 'string'
        ? new TextValueBuffer(this.capacity, BLOCK_BYTES)
        : new NumericBuffer(
            type,
            elements,
            this.capacity,
            memory.valueBytes(this.capacity * this.valueBytes),
          );
    this.pulseIdWords = new Uint32Array(memory.pulseIds.buffer);
    this.timestampWords = new Uint32Array(memory.timestamps.buffer);
    memory.dates.truncate(0);
  }

  add(event: EventParts, encoding: Encoding): void {
    if (this.target.appendPacked !== undefined && staysPacked(this.header.type, encoding)) {
      this.addPacked(event);
      return;
    }
    const { bytes, start, end } = event;
    this.putRow(event, this.buffer.put(this.blockRows, bytes, start, end, encoding));
    this.count++;
    this.blockRows++;
    if (this.blockRows === this.capacity || this.buffer.full) this.flush();
  }

  /** Hands on what is left. */
  flush(): void {
    if (this.blockRows === 0) return;
    const { pulseIds, timestamps, dates, present } = this.memory;
    this.target.append({
      rows: this.blockRows,
      pulseIds,
      timestamps,
      globalDates: dates,
      present,
      values: this.buffer.values,
    });
    this.blockRows = 0;
    dates.truncate(0);
    this.buffer.clear();
  }

  /** Packed values are large: each goes on at once, from where it came. */
  private addPacked(event: EventParts): void {
    this.flush();
    const packed = event.bytes.subarray(event.start, event.end);
    const fault = this.packedFault(packed);
    this.putRow(event, fault);
    const { pulseIds, timestamps, dates, present } = this.memory;
    this.target.appendPacked!({
      rows: 1,
      pulseIds,
      timestamps,
      globalDates: dates,
      present,
      packed: [fault === undefined ? packed : NOTHING],
    });
    this.count++;
    dates.truncate(0);
  }

  private packedFault(packed: Uint8Array): StoredFault | undefined {
    if (packed.length === 0) return wrongLength(0, this.valueBytes);
    try {
      const size = unpackedSize(packed);
      if (size !== this.valueBytes) return wrongLength(size, this.valueBytes);
      checkBitshuffleLz4(packed, this.elementSize, size);
      return undefined;
    } catch (error) {
      return corruptValue(error);
    }
  }

  /** Fills the next row but for its value. */
  private putRow({ pulseId, timeLow, timeHigh }: EventParts, fault: StoredFault | undefined): void {
    const row = this.blockRows;
    this.pulseIdWords[2 * row] = pulseId;
    this.pulseIdWords[2 * row + 1] = Math.floor(pulseId / 2 ** 32);
    this.timestampWords[2 * row] = timeLow;
    this.timestampWords[2 * row + 1] = timeHigh;
    this.dates.set(timeLow, timeHigh);
    this.memory.dates.append(this.dates.bytes, 0, this.dates.bytes.length);
    this.memory.present[row] = fault === undefined || fault.stored ? 1 : 0;
    if (fault !== undefined) this.tally.count(fault.code, pulseId, fault.example);
  }
}

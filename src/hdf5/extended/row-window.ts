import {
  bytesPerElement,
  type NumericArray,
  type NumericType,
  viewNumericArray,
} from '../../encoding/element-type.js';
import { elementsPerValue, type RowBlock } from '../../rows/row-block.js';
import type { Spool, SpoolSegment } from '../../rows/spool.js';
import { ValueMemory } from '../../rows/value-memory.js';
import type { SpooledText } from '../../rows/spooled-block.js';
import type { KeptBlock, SpooledChannel } from './spooled-channel.js';
import type { PulseIdSet } from './pulse-id-set.js';
import { TextWindow } from './text-window.js';

const WINDOW_BYTES = 4 * 1024 * 1024;
const MAX_ROWS = 65_536;
/** Pulse id, timestamp and presence. */
const FIXED_BYTES = 17;

/** Some consecutive rows of the union for one channel, blank until kept rows are placed in them. */
export class RowWindow {
  /** Rows that it has room for. */
  readonly size: number;
  /** Rows that it has now. */
  rows = 0;
  readonly pulseIds: BigInt64Array;

  private first = 0;
  private readonly timestamps: BigInt64Array;
  private readonly present: Uint8Array;
  private readonly dates: TextWindow;
  private readonly values: { readonly type: NumericType; readonly array: NumericArray } | undefined;
  private readonly valueMemory: ValueMemory;
  private readonly texts: TextWindow | undefined;
  private readonly labels: TextWindow | undefined;
  private readonly elements: number;
  private readonly valueBytes: number;

  // The parts of one block that are read back.
  private readonly blockIds: BigInt64Array;
  private readonly blockRows: Uint32Array;
  private readonly dateEnds: Uint32Array;
  private readonly textEnds: Uint32Array;
  private readonly labelEnds: Uint32Array;

  constructor(
    { header, mostRows, longestTexts }: SpooledChannel,
    private readonly spool: Spool,
    private readonly union: PulseIdSet,
  ) {
    const { type, isLabelled = false } = header;
    this.elements = elementsPerValue(header.shape);
    this.valueBytes = type === 'string' ? 0 : this.elements * bytesPerElement(type);
    const textColumns = (type === 'string' ? 1 : 0) + (isLabelled ? 1 : 0);
    const pointers = textColumns * 8 * this.elements;
    const rowBytes = FIXED_BYTES + this.valueBytes + longestTexts + pointers;
    this.size = Math.max(1, Math.min(MAX_ROWS, union.size, Math.floor(WINDOW_BYTES / rowBytes)));
    this.pulseIds = new BigInt64Array(this.size);
    this.timestamps = new BigInt64Array(this.size);
    this.present = new Uint8Array(this.size);
    this.dates = new TextWindow(this.size);
    if (type === 'string') this.texts = new TextWindow(this.size * this.elements);
    if (isLabelled) this.labels = new TextWindow(this.size * this.elements);
    this.valueMemory = new ValueMemory(this.size * this.valueBytes);
    if (type !== 'string') {
      const { buffer } = this.valueMemory;
      this.values = { type, array: viewNumericArray(type, buffer, 0, this.size * this.elements) };
    }
    this.blockIds = new BigInt64Array(mostRows);
    this.blockRows = new Uint32Array(mostRows);
    this.dateEnds = new Uint32Array(mostRows);
    this.textEnds = new Uint32Array(type === 'string' ? mostRows * this.elements : 0);
    this.labelEnds = new Uint32Array(isLabelled ? mostRows * this.elements : 0);
  }

  /** Starts anew, blank, at a row of the union. */
  moveTo(first: number): void {
    this.first = first;
    this.rows = Math.min(this.size, this.union.size - first);
    this.union.read(first, this.rows, this.pulseIds);
    this.timestamps.fill(0n);
    this.present.fill(0);
    this.dates.clear();
    this.texts?.clear();
    this.labels?.clear();
    this.valueMemory.clear(0, this.valueMemory.size);
  }

  /** Places those rows of a block that belong here. */
  place(block: KeptBlock): void {
    const { spool, blockIds, blockRows } = this;
    spool.readPart(block.pulseIds, 0, bytesOf(blockIds, 0, block.rows));
    spool.readPart(block.dates.ends, 0, bytesOf(this.dateEnds, 0, block.rows));
    if (block.texts)
      spool.readPart(block.texts.ends, 0, bytesOf(this.textEnds, 0, block.rows * this.elements));
    if (this.labels && block.labels)
      spool.readPart(block.labels.ends, 0, bytesOf(this.labelEnds, 0, block.rows * this.elements));
    this.union.rowsOf(blockIds, block.rows, blockRows);
    for (let i = 0; i < block.rows;) {
      const row = blockRows[i] - this.first;
      let count = 1;
      if (row >= 0 && row < this.rows) {
        while (
          i + count < block.rows &&
          row + count < this.rows &&
          blockRows[i + count] === blockRows[i] + count
        ) {
          count++;
        }
        this.placeRun(block, i, count, row);
      }
      i += count;
    }
  }

  /** The rows as they are now; valid until the next call. */
  toBlock(): RowBlock {
    const { rows, pulseIds, timestamps, present, values, texts, labels } = this;
    return {
      rows,
      pulseIds,
      timestamps,
      present,
      globalDates: this.dates.column(rows),
      values: values ?? { type: 'string', text: texts!.column(rows * this.elements) },
      ...(labels && { labels: labels.column(rows * this.elements) }),
    };
  }

  /** Copies `count` rows of a block from `from` on to the rows from `to` on. */
  private placeRun(block: KeptBlock, from: number, count: number, to: number): void {
    const { spool } = this;
    spool.readPart(block.timestamps, 8 * from, bytesOf(this.timestamps, to, count));
    spool.readPart(block.present, from, bytesOf(this.present, to, count));
    this.dates.put(spool, block.dates, this.dateEnds, { first: from, count }, to);
    if (this.labels) this.placeTexts(this.labels, block.labels, this.labelEnds, [from, count, to]);
    if (this.texts) this.placeTexts(this.texts, block.texts, this.textEnds, [from, count, to]);
    else this.placeNumbers(block.values, from, count, to);
  }

  /** @param rows where they begin in the block, how many, where they begin here */
  private placeTexts(
    window: TextWindow,
    kept: SpooledText | undefined,
    ends: Uint32Array,
    [from, count, to]: readonly [number, number, number],
  ): void {
    const { elements } = this;
    const run = { first: from * elements, count: count * elements };
    if (kept) window.put(this.spool, kept, ends, run, to * elements);
    else window.blank(to * elements, run.count);
  }

  private placeNumbers(kept: SpoolSegment | undefined, from: number, count: number, to: number) {
    const { valueMemory, valueBytes } = this;
    const start = to * valueBytes;
    const end = start + count * valueBytes;
    if (kept === undefined) {
      valueMemory.clear(start, end);
      return;
    }
    valueMemory.written(end);
    const target = new Uint8Array(valueMemory.buffer, start, end - start);
    this.spool.readPart(kept, from * valueBytes, target);
  }
}

function bytesOf(
  array: { buffer: ArrayBufferLike; byteOffset: number; BYTES_PER_ELEMENT: number },
  first: number,
  count: number,
): Uint8Array {
  const size = array.BYTES_PER_ELEMENT;
  return new Uint8Array(array.buffer, array.byteOffset + first * size, count * size);
}

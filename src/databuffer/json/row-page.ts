import type { Spool } from '../../rows/spool.js';
import type { Kernel } from './kernel.js';
import type { Page, SavedPage } from './page.js';
import { TYPICAL_DATE_BYTES } from '../blocks/block-memory.js';
import { TextBuffer } from '../blocks/text-buffer.js';

export const PAGE_ROWS = 4096;
const MAX_TEXT = 256 * 1024;

/** The row has a value, no more and no less. */
export const ROW_OK = 0;
/** The point had no `value`. */
export const ROW_WITHOUT_VALUE = 1;
/** The point had several. */
export const ROW_AMBIGUOUS = 2;
/** The point had no pulse id: its cells are passed over. */
export const ROW_DROPPED = 3;

/** Rows of a channel without their values, whose elements are in cell pages, in the same order. */
export class RowPage implements Page {
  readonly pulseIds = new BigInt64Array(PAGE_ROWS);
  readonly timestamps = new BigInt64Array(PAGE_ROWS);
  /** Cells of each row. */
  readonly cellCounts = new Uint32Array(PAGE_ROWS);
  /** The point's own shape, as the channel's shape table numbers it. */
  readonly shapes = new Uint16Array(PAGE_ROWS);
  readonly states = new Uint8Array(PAGE_ROWS);
  readonly dates = new TextBuffer(PAGE_ROWS, PAGE_ROWS * TYPICAL_DATE_BYTES);
  count = 0;

  private readonly pulseIdWords = new Uint32Array(this.pulseIds.buffer);
  private readonly timestampWords = new Uint32Array(this.timestamps.buffer);

  get full(): boolean {
    return this.count === PAGE_ROWS || this.dates.length >= MAX_TEXT;
  }

  /** Sets the date of the row that comes next. */
  setDate(bytes: Uint8Array, start: number, end: number): void {
    this.dates.truncate(this.count);
    this.dates.append(bytes, start, end);
  }

  /** Adds a row; words are the low and the high one of an int64. */
  add(
    pulseId: number,
    timestampLow: number,
    timestampHigh: number,
    cellCount: number,
    shape: number,
    state: number,
  ): void {
    const i = this.count;
    this.pulseIdWords[2 * i] = pulseId;
    this.pulseIdWords[2 * i + 1] = Math.floor(pulseId / 2 ** 32);
    this.timestampWords[2 * i] = timestampLow;
    this.timestampWords[2 * i + 1] = timestampHigh;
    this.cellCounts[i] = cellCount;
    this.shapes[i] = shape;
    this.states[i] = state;
    this.dates.padTo(i + 1);
    this.count = i + 1;
  }

  /** Adds the points that the kernel read last, all of one shape. */
  addPoints({ count, pulseIds, timestamps, dates }: Kernel, shape: number): void {
    const from = this.count;
    const to = from + count;
    this.pulseIds.set(pulseIds.subarray(0, count), from);
    this.timestamps.set(timestamps.subarray(0, count), from);
    this.cellCounts.fill(1, from, to);
    this.shapes.fill(shape, from, to);
    this.states.fill(ROW_OK, from, to);
    this.dates.truncate(from);
    this.dates.appendAll(dates, 0, count);
    this.count = to;
  }

  /** Empties it for another reply. */
  begin(): void {
    this.count = 0;
    this.dates.begin(MAX_TEXT);
  }

  clear(): void {
    this.count = 0;
    this.dates.truncate(0);
  }

  save(spool: Spool): SavedPage {
    const { count, dates } = this;
    return {
      counts: [count],
      segments: [
        spool.append(this.pulseIds.subarray(0, count)),
        spool.append(this.timestamps.subarray(0, count)),
        spool.append(this.cellCounts.subarray(0, count)),
        spool.append(this.shapes.subarray(0, count)),
        spool.append(this.states.subarray(0, count)),
        spool.append(dates.ends.subarray(0, count)),
        spool.append(dates.bytes.subarray(0, dates.startOf(count))),
      ],
    };
  }

  load(spool: Spool, { counts, segments }: SavedPage): void {
    const [pulseIds, timestamps, cellCounts, shapes, states, ends, bytes] = segments;
    this.clear();
    this.count = counts[0];
    spool.read(pulseIds, this.pulseIds);
    spool.read(timestamps, this.timestamps);
    spool.read(cellCounts, this.cellCounts);
    spool.read(shapes, this.shapes);
    spool.read(states, this.states);
    this.dates.reserve(this.count, bytes.length);
    spool.read(ends, this.dates.ends);
    this.dates.count = this.count;
    spool.read(bytes, this.dates.bytes);
  }
}

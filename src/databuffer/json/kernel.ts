import {
  type NumericArray,
  type NumericType,
  viewNumericArray,
} from '../../encoding/element-type.js';
import { instantiateKernel } from '../blocks/instantiate-kernel.js';
import { powersOfTen } from './powers-of-ten.js';

/** Cells of a page. */
export const PAGE_CELLS = 32 * 1024;
/** Bytes that the scanner looks at. */
export const WINDOW = 128 * 1024;
/** Dimensions of a shape. */
export const MAX_DIMENSIONS = 32;

const MINUTE_BYTES = 17;
/** Of the texts of dates, each row. */
const DATE_BYTES = 64;

/** 8 bytes a cell, and as many for the whole numbers of 64 bits among them. */
const PAGE_BYTES = 16 * PAGE_CELLS;

// Bits of the parts that points have; see kernel/point-parts.ts.
const HAS_PULSE_ID = 1;
const HAS_DATE = 2;
const HAS_SHAPE = 8;

type Convert = (cells: number, count: number, to: number, least: number, largest: number) => number;

/** The exports of kernel/index.ts. */
type Exports = {
  readonly memory: WebAssembly.Memory;
  readNumber(start: number): number;
  readNumbers(start: number, cells: number, room: number, wides: number, wideCount: number): number;
  readPoints(start: number, cells: number, room: number, above: number, last: number): number;
  readHead(start: number): number;
  readTail(start: number): number;
} & Readonly<Record<(typeof CONVERT)[NumericType], Convert>> &
  Readonly<Record<PlaceName, WebAssembly.Global>>;

/** Addresses, and how many rows there are at the last ones; see kernel/memory.ts. */
type PlaceName =
  | 'COUNTS'
  | 'LONE_NUMBER'
  | 'DIMENSIONS'
  | 'LENGTHS'
  | 'MINUTE'
  | 'MINUTE_NS'
  | 'OFFSET'
  | 'POWERS'
  | 'PULSE_IDS'
  | 'TIMESTAMPS'
  | 'DATE_ENDS'
  | 'DATES'
  | 'WINDOW'
  | 'PAGES'
  | 'CONVERTED'
  | 'MAX_ROWS';

const CONVERT = {
  int8: 'toInt8',
  int16: 'toInt16',
  int32: 'toInt32',
  int64: 'toInt64',
  uint8: 'toUint8',
  uint16: 'toUint16',
  uint32: 'toUint32',
  uint64: 'toUint64',
  float32: 'toFloat32',
  float64: 'toFloat64',
  bool: 'toInt8',
} as const satisfies Record<NumericType, string>;

/** Memory of a page of cells in the kernel. */
export interface PageMemory {
  /** Address of the first cell. */
  readonly address: number;
  readonly cells: Float64Array;
  /** 64-bit whole numbers, low word first. */
  readonly wide: Uint32Array;
}

/**
 * The inner loops of reading JSON, as WebAssembly: runs of numbers, runs of points of scalars, what
 * stands around the numbers of a row of a waveform, and the conversion of doubles to other types.
 *
 * It reads what is usual, and stops before anything else: the scanner and the readers above it know
 * the whole of JSON and of the protocol, and go on from there. Its memory, 3 MB, holds the window that
 * is read, pages of cells, and what else both sides exchange.
 */
export class Kernel {
  /** The bytes that are read; there is room for more behind them. */
  readonly window: Uint8Array;
  /** The result of `readNumber`, or the pulse id of a row; callers may overwrite it. */
  readonly number: Float64Array;
  /** Lengths of the shape that `readPoints` takes for usual, as many as `dimensions` says. */
  readonly lengths: Float64Array;
  /** The results of `readPoints`; of `readHead` and `readTail` the first date. */
  readonly pulseIds: BigInt64Array;
  readonly timestamps: BigInt64Array;
  readonly dates: { readonly bytes: Uint8Array; readonly ends: Uint32Array };

  /** Pulse ids, and the first timestamp, in words, low word first. */
  readonly pulseIdWords: Uint32Array;
  readonly firstTimestamp: Uint32Array;

  private readonly exports: Exports;
  private readonly buffer: ArrayBuffer;
  private readonly windowAt: number;
  private readonly convertedAt: number;
  /** Count, wide count, after comma, parts. */
  private readonly counts: Uint32Array;

  constructor() {
    const file = new URL('./kernel/kernel.wasm', import.meta.url);
    this.exports = instantiateKernel(file) as Exports;
    const { exports: at } = this;
    const { buffer } = at.memory;
    const rows = at.MAX_ROWS.value;
    this.buffer = buffer;
    this.windowAt = at.WINDOW.value;
    this.convertedAt = at.CONVERTED.value;
    this.window = new Uint8Array(buffer, this.windowAt, WINDOW + 1);
    this.number = new Float64Array(buffer, at.LONE_NUMBER.value, 1);
    this.lengths = new Float64Array(buffer, at.LENGTHS.value, MAX_DIMENSIONS);
    this.pulseIds = new BigInt64Array(buffer, at.PULSE_IDS.value, rows);
    this.timestamps = new BigInt64Array(buffer, at.TIMESTAMPS.value, rows);
    this.pulseIdWords = new Uint32Array(buffer, at.PULSE_IDS.value, 2 * rows);
    this.firstTimestamp = new Uint32Array(buffer, at.TIMESTAMPS.value, 2);
    this.dates = {
      bytes: new Uint8Array(buffer, at.DATES.value, DATE_BYTES * rows),
      ends: new Uint32Array(buffer, at.DATE_ENDS.value, rows),
    };
    this.counts = new Uint32Array(buffer, at.COUNTS.value, 4);
    // Nothing is a usual date before one was told: no byte is 1 under a mask of zeros.
    new Uint8Array(buffer, at.OFFSET.value, 1)[0] = 1;
    new BigUint64Array(buffer, at.POWERS.value).set(powersOfTen());
  }

  /** Numbers or points that were read by the last call. */
  get count(): number {
    return this.counts[0];
  }

  /** 64-bit whole numbers of the page after `readNumbers`. */
  get wideCount(): number {
    return this.counts[1];
  }

  /** Whether there is a comma before the position that was returned. */
  get afterComma(): boolean {
    return this.counts[2] !== 0;
  }

  /** Whether the points have a shape: that of `lengths`. */
  get shaped(): boolean {
    return (this.counts[3] & HAS_SHAPE) !== 0;
  }

  /** Whether the last part of a row had a pulse id. */
  get hasPulseId(): boolean {
    return (this.counts[3] & HAS_PULSE_ID) !== 0;
  }

  /** Whether the last part of a row had a date. */
  get hasDate(): boolean {
    return (this.counts[3] & HAS_DATE) !== 0;
  }

  /** Dimensions of the usual shape; -1 for none. */
  set dimensions(count: number) {
    new Int32Array(this.buffer, this.exports.DIMENSIONS.value, 1)[0] = count;
  }

  /**
   * Tells the kernel a date: dates of the same minute and offset are usual from then on.
   *
   * @param nanoseconds since the epoch at the beginning of the minute
   * @param offset position of `Z` or `+02:00` behind the fraction
   */
  setMinute(
    bytes: Uint8Array,
    start: number,
    offset: number,
    end: number,
    nanoseconds: bigint,
  ): void {
    const length = end - offset + 1;
    if (length > 8) return;
    const { buffer, exports: at } = this;
    new Uint8Array(buffer, at.MINUTE.value, MINUTE_BYTES).set(
      bytes.subarray(start, start + MINUTE_BYTES),
    );
    const expected = new Uint8Array(buffer, at.OFFSET.value, 16).fill(0);
    expected.set(bytes.subarray(offset, end));
    expected[length - 1] = 0x22;
    expected.fill(0xff, 8, 8 + length);
    new BigInt64Array(buffer, at.MINUTE_NS.value, 1)[0] = nanoseconds;
  }

  /** Memory of the page with a number: 0 or 1 for what is read, 2 for what is passed over. */
  page(index: number): PageMemory {
    const address = this.exports.PAGES.value + index * PAGE_BYTES;
    return {
      address,
      cells: new Float64Array(this.buffer, address, PAGE_CELLS),
      wide: new Uint32Array(this.buffer, address + 8 * PAGE_CELLS, 2 * PAGE_CELLS),
    };
  }

  /** Reads one number that is simply a double into `number`. @returns the position behind it, or 0 */
  readNumber(start: number): number {
    const { windowAt } = this;
    const end = this.exports.readNumber(windowAt + start);
    return end === 0 ? 0 : end - windowAt;
  }

  /**
   * Reads numbers with commas between them into a page.
   *
   * @param from the first free cell
   * @param wideCount 64-bit whole numbers that the page has
   * @returns where it stopped; see `count`, `wideCount` and `afterComma`
   */
  readNumbers(start: number, { address }: PageMemory, from: number, wideCount: number): number {
    const cells = address + 8 * from;
    const wides = address + 8 * PAGE_CELLS;
    const room = PAGE_CELLS - from;
    const { windowAt } = this;
    return this.exports.readNumbers(windowAt + start, cells, room, wides, wideCount) - windowAt;
  }

  /**
   * Reads points, each with one number or bool.
   *
   * @param from the first free cell
   * @param room most points
   * @param above pulse ids must be above this one
   * @param last largest pulse id
   * @returns where it stopped; see `count`, `afterComma` and `shaped`
   */
  readPoints(
    start: number,
    { address }: PageMemory,
    from: number,
    room: number,
    above: number,
    last: number,
  ): number {
    const most = Math.min(room, PAGE_CELLS - from);
    const cells = address + 8 * from;
    const { windowAt } = this;
    return this.exports.readPoints(windowAt + start, cells, most, above, last) - windowAt;
  }

  /**
   * Reads a row up to where the elements of its value begin.
   *
   * @returns the position behind the bracket, 0 if the row is unusual; see `hasPulseId`, `hasDate`
   *   and `shaped`
   */
  readHead(start: number): number {
    const { windowAt } = this;
    const end = this.exports.readHead(windowAt + start);
    return end === 0 ? 0 : end - windowAt;
  }

  /** Reads what is behind the elements of a row, its end included. @returns the same as `readHead` */
  readTail(start: number): number {
    const { windowAt } = this;
    const end = this.exports.readTail(windowAt + start);
    return end === 0 ? 0 : end - windowAt;
  }

  /**
   * Turns cells into elements of a type, as long as each is a double that the type holds.
   *
   * @returns the elements; valid until the next call
   */
  convert(
    type: NumericType,
    { address }: PageMemory,
    from: number,
    count: number,
    least: number,
    largest: number,
  ): NumericArray {
    const cells = address + 8 * from;
    const { convertedAt } = this;
    const done = this.exports[CONVERT[type]](cells, count, convertedAt, least, largest);
    return viewNumericArray(type, this.buffer, convertedAt, done);
  }
}

import type { NumericArray } from '../../encoding/element-type.js';
import { elementsPerValue, type ChannelHeader, type RowBlock } from '../../rows/row-block.js';
import type { Spool, SpoolSegment } from '../../rows/spool.js';
import type { TextColumn } from '../../rows/text-column.js';

export interface SpooledText {
  readonly bytes: SpoolSegment;
  readonly ends: SpoolSegment;
}

/** A row block that was put aside. */
export interface SpooledBlock {
  readonly rows: number;
  /** Its pulse ids lie between these; rounded, where they are beyond 2^53. */
  readonly lowest: number;
  readonly highest: number;
  readonly pulseIds: SpoolSegment;
  readonly timestamps: SpoolSegment;
  readonly present: SpoolSegment;
  readonly dates: SpooledText;
  /** Numbers or texts; none of a block whose rows are all absent. */
  readonly values: SpoolSegment | undefined;
  readonly texts: SpooledText | undefined;
}

/** Rows of one channel that wait until all channels' pulse ids are known. */
export class SpooledChannel {
  readonly blocks: SpooledBlock[] = [];
  /** Rows of the longest block, and bytes of the longest texts in a row. */
  mostRows = 0;
  longestTexts = 0;

  private readonly elements: number;

  constructor(
    readonly header: ChannelHeader,
    private readonly spool: Spool,
    private readonly onPulseIds: (pulseIds: BigInt64Array, count: number) => void,
  ) {
    this.elements = elementsPerValue(header.shape);
  }

  append({ rows, pulseIds, timestamps, present, globalDates, values }: RowBlock): void {
    if (rows === 0) return;
    if ((values.type === 'string') !== (this.header.type === 'string')) {
      throw new TypeError(`${values.type} values for a channel of ${this.header.type}`);
    }
    this.onPulseIds(pulseIds, rows);
    const count = rows * this.elements;
    const hasValues = present.subarray(0, rows).includes(1);
    this.blocks.push({
      rows,
      ...rangeOf(pulseIds, rows),
      pulseIds: this.keep(pulseIds, rows),
      timestamps: this.keep(timestamps, rows),
      present: this.keep(present, rows),
      dates: this.keepText(globalDates, rows),
      values: hasValues && values.type !== 'string' ? this.keep(values.array, count) : undefined,
      texts: hasValues && values.type === 'string' ? this.keepText(values.text, count) : undefined,
    });
    const dateBytes = longestRow(globalDates, rows, 1);
    const textBytes =
      hasValues && values.type === 'string' ? longestRow(values.text, rows, this.elements) : 0;
    this.longestTexts = Math.max(this.longestTexts, dateBytes + textBytes);
    this.mostRows = Math.max(this.mostRows, rows);
  }

  pause(): void {}

  close(): void {}

  /** Keeps a copy of `count` elements. */
  private keep(
    { buffer, byteOffset, BYTES_PER_ELEMENT: size }: NumericArray | Uint32Array,
    count: number,
  ): SpoolSegment {
    return this.spool.append(new Uint8Array(buffer, byteOffset, count * size));
  }

  private keepText({ bytes, ends }: TextColumn, count: number): SpooledText {
    const length = count === 0 ? 0 : ends[count - 1];
    return { bytes: this.keep(bytes, length), ends: this.keep(ends, count) };
  }
}

/** Lowest and highest of some 64-bit numbers, as JavaScript numbers. */
export function rangeOf(
  numbers: BigInt64Array,
  count: number,
): { lowest: number; highest: number } {
  const halves = new Int32Array(numbers.buffer, numbers.byteOffset, 2 * count);
  let lowest = Infinity;
  let highest = -Infinity;
  for (let i = 0; i < 2 * count; i += 2) {
    const number = halves[i + 1] * 2 ** 32 + (halves[i] >>> 0);
    if (number < lowest) lowest = number;
    if (number > highest) highest = number;
  }
  return { lowest, highest };
}

function longestRow({ ends }: TextColumn, rows: number, textsPerRow: number): number {
  if (textsPerRow === 0) return 0;
  let longest = 0;
  for (let row = 0, start = 0; row < rows; row++) {
    const end = ends[(row + 1) * textsPerRow - 1];
    if (end - start > longest) longest = end - start;
    start = end;
  }
  return longest;
}

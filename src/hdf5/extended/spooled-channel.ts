import { datesOf } from '../../rows/date-text.js';
import { elementsPerValue, type ChannelHeader, type RowBlock } from '../../rows/row-block.js';
import { labelsOf } from '../../rows/labels-of.js';
import type { Spool } from '../../rows/spool.js';
import { spoolBlock, type SpooledBlock, type SpooledText } from '../../rows/spooled-block.js';
import type { TextColumn } from '../../rows/text-column.js';

/** A block, and where its rows belong. */
export interface KeptBlock extends SpooledBlock {
  readonly dates: SpooledText;
  /** Its pulse ids lie between these; rounded, where they are beyond 2^53. */
  readonly lowest: number;
  readonly highest: number;
}

/** Rows of one channel that wait until all channels' pulse ids are known. */
export class SpooledChannel {
  readonly blocks: KeptBlock[] = [];
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

  append(block: RowBlock): void {
    const { rows, pulseIds, values } = block;
    const labels = this.header.isLabelled ? labelsOf(block) : undefined;
    if (rows === 0) return;
    if ((values.type === 'string') !== (this.header.type === 'string')) {
      throw new TypeError(`${values.type} values for a channel of ${this.header.type}`);
    }
    this.onPulseIds(pulseIds, rows);
    // Rows that no channel has get no date.
    const globalDates = datesOf(block);
    const spooled = spoolBlock(this.spool, { ...block, globalDates }, this.elements);
    this.blocks.push({ ...spooled, dates: spooled.dates!, ...rangeOf(pulseIds, rows) });
    const dateBytes = longestRow(globalDates, rows, 1);
    const textBytes =
      spooled.texts && values.type === 'string' ? longestRow(values.text, rows, this.elements) : 0;
    const labelBytes = spooled.labels && labels ? longestRow(labels, rows, this.elements) : 0;
    this.longestTexts = Math.max(this.longestTexts, dateBytes + textBytes + labelBytes);
    this.mostRows = Math.max(this.mostRows, rows);
  }

  pause(): void {}

  close(): void {}
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

import { SharedGarbage } from '../concurrency/shared-garbage.js';
import { bytesPerElement, type NumericArray, viewNumericArray } from '../encoding/element-type.js';
import { type ChannelHeader, elementsPerValue, type RowBlock } from './row-block.js';
import type { Spool, SpoolSegment } from './spool.js';
import type { TextColumn } from './text-column.js';

/** Larger blocks have a single row, most likely. */
const SHARED_FROM_BYTES = 4 * 1024 * 1024;

export interface SpooledText {
  readonly bytes: SpoolSegment;
  readonly ends: SpoolSegment;
}

/** A row block that was put aside. */
export interface SpooledBlock {
  readonly rows: number;
  readonly pulseIds: SpoolSegment;
  readonly timestamps: SpoolSegment;
  readonly present: SpoolSegment;
  /** Undefined where they are those of the timestamps. */
  readonly dates: SpooledText | undefined;
  /** Numbers or texts; neither in a block whose rows are all absent. */
  readonly values: SpoolSegment | undefined;
  readonly texts: SpooledText | undefined;
  /** Of a labelled channel. */
  readonly labels: SpooledText | undefined;
}

/** Copies a block into a spool. @param elements of each value */
export function spoolBlock(spool: Spool, block: RowBlock, elements: number): SpooledBlock {
  const { rows, pulseIds, timestamps, present, globalDates, values, labels } = block;
  const count = rows * elements;
  const keep = (column: NumericArray | Uint32Array, length: number): SpoolSegment => {
    const bytes = length * column.BYTES_PER_ELEMENT;
    return spool.append(new Uint8Array(column.buffer, column.byteOffset, bytes));
  };
  const keepText = ({ bytes, ends }: TextColumn, texts: number): SpooledText => ({
    bytes: keep(bytes, texts === 0 ? 0 : ends[texts - 1]),
    ends: keep(ends, texts),
  });
  const hasValues = present.subarray(0, rows).includes(1);
  return {
    rows,
    pulseIds: keep(pulseIds, rows),
    timestamps: keep(timestamps, rows),
    present: keep(present, rows),
    dates: globalDates && keepText(globalDates, rows),
    values: hasValues && values.type !== 'string' ? keep(values.array, count) : undefined,
    texts: hasValues && values.type === 'string' ? keepText(values.text, count) : undefined,
    labels: labels && keepText(labels, count),
  };
}

/** What a block waited in is for others. */
export function releaseBlock(spool: Spool, block: SpooledBlock): void {
  for (const segment of segmentsOf(block)) spool.release(segment);
}

function segmentsOf(block: SpooledBlock): SpoolSegment[] {
  const { pulseIds, timestamps, present, dates, values, texts, labels } = block;
  const ofTexts = [dates, texts, labels].flatMap((text) => (text ? [text.bytes, text.ends] : []));
  return [pulseIds, timestamps, present, ...ofTexts, ...(values ? [values] : [])];
}

/** Reads whole blocks back from a spool, each into the memory of the one before. */
export class BlockLoader {
  private memory: ArrayBuffer | SharedArrayBuffer = new ArrayBuffer(0);
  private readonly garbage = new SharedGarbage();
  private used = 0;

  constructor(private readonly spool: Spool) {}

  /** @returns the block; valid until the next call */
  load(block: SpooledBlock, { type, shape }: ChannelHeader): RowBlock {
    const { rows, labels } = block;
    const count = rows * elementsPerValue(shape);
    this.reserve(block, type === 'string' ? 4 * count : count * bytesPerElement(type));
    return {
      rows,
      pulseIds: new BigInt64Array(this.memory, this.read(block.pulseIds), rows),
      timestamps: new BigInt64Array(this.memory, this.read(block.timestamps), rows),
      present: new Uint8Array(this.memory, this.read(block.present), rows),
      globalDates: block.dates && this.textColumn(block.dates, rows),
      values:
        type === 'string'
          ? { type, text: this.textColumn(block.texts, count) }
          : {
              type,
              array: viewNumericArray(
                type,
                this.memory,
                this.read(block.values, count * bytesPerElement(type)),
                count,
              ),
            },
      ...(labels && { labels: this.textColumn(labels, count) }),
    };
  }

  private textColumn(text: SpooledText | undefined, count: number): TextColumn {
    const length = text?.bytes.length ?? 0;
    return {
      bytes: new Uint8Array(this.memory, this.read(text?.bytes, length), length),
      ends: new Uint32Array(this.memory, this.read(text?.ends, 4 * count), count),
    };
  }

  /** Makes room for all columns of a block. @param valueBytes of numbers, or of the ends of texts */
  private reserve(block: SpooledBlock, valueBytes: number): void {
    const needed = segmentsOf(block).reduce((sum, { length }) => sum + aligned(length), 0);
    // Values that were not kept are zeros.
    const size = needed + aligned(valueBytes);
    if (this.memory.byteLength < size) this.replaceMemory(size);
    this.used = 0;
  }

  /** What is too large to be copied is shared with whoever takes the rows. */
  private replaceMemory(size: number): void {
    const given = this.memory instanceof SharedArrayBuffer ? this.memory.byteLength : 0;
    this.memory = new ArrayBuffer(0);
    this.garbage.add(given);
    this.memory = size > SHARED_FROM_BYTES ? new SharedArrayBuffer(size) : new ArrayBuffer(size);
  }

  /** Reads a segment, or zeros where nothing was kept. @returns where they are in the memory */
  private read(segment: SpoolSegment | undefined, length = segment!.length): number {
    const offset = this.used;
    const target = new Uint8Array(this.memory, offset, length);
    if (segment) this.spool.read(segment, target);
    else target.fill(0);
    this.used += aligned(length);
    return offset;
  }
}

/** The next multiple of 8, at which any column may begin. */
function aligned(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}

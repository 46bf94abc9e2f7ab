import type { PackedBlock, RowBlock } from '../../rows/row-block.js';
import type { TextColumn } from '../../rows/text-column.js';
import { lengthOf } from './record-writer.js';

/** A block as it can be sent to another thread, its values in shared memory. */
export interface LentBlock {
  readonly block: RowBlock | PackedBlock;
  /** Bytes of shared memory that it has of its own, as what it was made of was not shared. */
  readonly copied: number;
}

/** @param elements of a value */
export function lentRows(block: RowBlock, elements: number): LentBlock {
  const memory = new Memory();
  const { values, labels, rows } = block;
  const columns = columnsOf(block, memory);
  const lent =
    values.type === 'string'
      ? { ...values, text: memory.text(values.text, rows * elements) }
      : { ...values, array: memory.shared(values.array.subarray(0, rows * elements)) };
  const texts = labels && { labels: memory.text(labels, rows * elements) };
  return { block: { ...columns, values: lent, ...texts }, copied: memory.copied };
}

export function lentPacked(block: PackedBlock): LentBlock {
  const memory = new Memory();
  const packed = block.packed.slice(0, block.rows).map((value) => memory.shared(value));
  return { block: { ...columnsOf(block, memory), packed }, copied: memory.copied };
}

function columnsOf(block: Omit<RowBlock, 'values'>, memory: Memory): Omit<RowBlock, 'values'> {
  const { rows } = block;
  return {
    rows,
    pulseIds: block.pulseIds.slice(0, rows),
    timestamps: block.timestamps.slice(0, rows),
    present: block.present.slice(0, rows),
    globalDates: block.globalDates && memory.text(block.globalDates, rows),
  };
}

class Memory {
  copied = 0;

  /** The same array where it is in shared memory, else a copy. */
  shared<T extends NodeJS.TypedArray>(array: T): T {
    const { buffer, byteOffset, byteLength, constructor } = array;
    if (buffer instanceof SharedArrayBuffer) return array;
    const copy = new SharedArrayBuffer(byteLength);
    this.copied += byteLength;
    new Uint8Array(copy).set(new Uint8Array(buffer, byteOffset, byteLength));
    const kind = array instanceof Uint8Array ? Uint8Array : constructor;
    return new (kind as new (memory: SharedArrayBuffer) => T)(copy);
  }

  text({ bytes, ends }: TextColumn, count: number): TextColumn {
    return {
      ends: this.shared(ends.subarray(0, count)),
      bytes: this.shared(bytes.subarray(0, lengthOf({ bytes, ends }, count))),
    };
  }
}

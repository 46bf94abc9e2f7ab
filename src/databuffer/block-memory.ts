import { ValueMemory } from '../rows/value-memory.js';
import { TextBuffer } from './text-buffer.js';

/** Bytes of values in a block, about; a single value may take more. */
export const BLOCK_BYTES = 2 * 1024 * 1024;
/** Rows of a block at most. */
export const BLOCK_ROWS = 8 * 1024;

/** What blocks of rows are filled in; kept from one channel to the next. */
export class BlockMemory {
  private values = new ValueMemory(0);
  readonly pulseIds = new BigInt64Array(BLOCK_ROWS);
  readonly timestamps = new BigInt64Array(BLOCK_ROWS);
  readonly present = new Uint8Array(BLOCK_ROWS);
  readonly dates = new TextBuffer(BLOCK_ROWS, 0);

  /** At least so many bytes for values. */
  valueBytes(count: number): ValueMemory {
    if (this.values.size < count) this.values = new ValueMemory(count);
    return this.values;
  }
}

/** Rows of a block whose values take so many bytes each. */
export function rowsPerBlock(valueBytes: number): number {
  return Math.min(BLOCK_ROWS, Math.max(1, Math.floor(BLOCK_BYTES / Math.max(1, valueBytes))));
}

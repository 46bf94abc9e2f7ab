import { SharedGarbage } from '../../concurrency/shared-garbage.js';
import { ValueMemory } from '../../rows/value-memory.js';
import { TextBuffer } from './text-buffer.js';

/** Bytes of values in a block, about; a single value may take more. */
export const BLOCK_BYTES = 2 * 1024 * 1024;
/** Rows of a block at most. */
export const BLOCK_ROWS = 8 * 1024;
/** As servers send them, `2026-11-29T20:33:00.123456789+01:00`. */
export const TYPICAL_DATE_BYTES = 35;

/** Memory for blocks of rows, kept from one channel to the next and from one reply to the next. */
export class BlockMemory {
  private values = new ValueMemory(0);
  private readonly garbage = new SharedGarbage();
  readonly pulseIds = new BigInt64Array(BLOCK_ROWS);
  readonly timestamps = new BigInt64Array(BLOCK_ROWS);
  readonly present = new Uint8Array(BLOCK_ROWS);
  readonly dates = new TextBuffer(BLOCK_ROWS, 0);

  /** Releases memory that unusually large values or texts needed. */
  begin(): void {
    if (this.values.size > BLOCK_BYTES) this.replaceValues(0);
    this.dates.begin(BLOCK_ROWS * TYPICAL_DATE_BYTES);
  }

  /** At least so many bytes for values; what is too large to be copied is shared with whoever takes the rows. */
  valueBytes(count: number): ValueMemory {
    if (this.values.size < count) this.replaceValues(count);
    return this.values;
  }

  private replaceValues(size: number): void {
    const given = this.values.isShared ? this.values.size : 0;
    this.values = new ValueMemory(0);
    this.garbage.add(given);
    if (size > 0) this.values = new ValueMemory(size, size > BLOCK_BYTES);
  }
}

/** Rows of a block whose values take so many bytes each. */
export function rowsPerBlock(valueBytes: number): number {
  return Math.min(BLOCK_ROWS, Math.max(1, Math.floor(BLOCK_BYTES / Math.max(1, valueBytes))));
}

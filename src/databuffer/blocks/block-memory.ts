import { SharedGarbage } from '../../concurrency/shared-garbage.js';
import { ValueMemory } from '../../rows/value-memory.js';
import { TextBuffer } from './text-buffer.js';

/** Bytes of values in a block, about; a single value may take more. */
export const BLOCK_BYTES = 2 * 1024 * 1024;
/** Rows of a block at most. */
export const BLOCK_ROWS = 8 * 1024;
/** As servers send them, `2026-11-29T20:33:00.123456789+01:00`. */
export const TYPICAL_DATE_BYTES = 35;

/** Memory for larger values is kept up to here: as garbage that of several replies would wait to be collected. */
const KEPT_BYTES = 4 * BLOCK_BYTES;

/** Memory for blocks of rows, kept from one channel to the next and from one reply to the next. */
export class BlockMemory {
  private values = new ValueMemory(0);
  /** For values that are too large to be copied: shared with whoever takes the rows. */
  private large = new ValueMemory(0, true);
  private readonly garbage = new SharedGarbage();
  readonly pulseIds = new BigInt64Array(BLOCK_ROWS);
  readonly timestamps = new BigInt64Array(BLOCK_ROWS);
  readonly present = new Uint8Array(BLOCK_ROWS);
  readonly dates = new TextBuffer(BLOCK_ROWS, 0);

  /** Releases memory that unusually large values or texts needed. */
  begin(): void {
    if (this.large.size > KEPT_BYTES) this.replaceLarge(0);
    this.dates.begin(BLOCK_ROWS * TYPICAL_DATE_BYTES);
  }

  /** At least so many bytes for values. */
  valueBytes(count: number): ValueMemory {
    if (count > BLOCK_BYTES) {
      if (this.large.size < count) this.replaceLarge(count);
      return this.large;
    }
    if (this.values.size < count) this.values = new ValueMemory(count);
    return this.values;
  }

  private replaceLarge(size: number): void {
    const given = this.large.size;
    this.large = new ValueMemory(0, true);
    this.garbage.add(given);
    if (size > 0) this.large = new ValueMemory(size, true);
  }
}

/** Rows of a block whose values take so many bytes each. */
export function rowsPerBlock(valueBytes: number): number {
  return Math.min(BLOCK_ROWS, Math.max(1, Math.floor(BLOCK_BYTES / Math.max(1, valueBytes))));
}

import { ValueMemory } from '../../rows/value-memory.js';
import { LargeValues } from './large-values.js';
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
  private readonly large = new LargeValues(4 * BLOCK_BYTES);
  readonly pulseIds = new BigInt64Array(BLOCK_ROWS);
  readonly timestamps = new BigInt64Array(BLOCK_ROWS);
  readonly present = new Uint8Array(BLOCK_ROWS);
  readonly dates = new TextBuffer(BLOCK_ROWS, 0);

  /** Releases memory that unusually large values or texts needed. */
  begin(): void {
    this.large.trim();
    this.dates.begin(BLOCK_ROWS * TYPICAL_DATE_BYTES);
  }

  /** At least so many bytes for values. */
  valueBytes(count: number): ValueMemory {
    if (count > BLOCK_BYTES) return this.large.ofBytes(count);
    if (this.values.size < count) this.values = new ValueMemory(count);
    return this.values;
  }
}

/** Rows of a block whose values take so many bytes each. */
export function rowsPerBlock(valueBytes: number): number {
  return Math.min(BLOCK_ROWS, Math.max(1, Math.floor(BLOCK_BYTES / Math.max(1, valueBytes))));
}

import type { PackedBlock, RowBlock } from '../../rows/row-block.js';

/** Where the rows of one channel of a file go. */
export interface FileRows {
  append(block: RowBlock): void;
  appendPacked?(block: PackedBlock): void;
  /** No more rows for now, and about `more` later. */
  pause(more: number): void;
  close(): void;
}

import { BlockMemory } from '../blocks/block-memory.js';
import { CellPage } from './cell-page.js';
import { Kernel } from './kernel.js';
import { RowPage } from './row-page.js';

/**
 * Memory for reading replies, one at a time. It is kept from one reply to the next: as garbage, the pages of
 * ten small replies would make the engine run a full collection.
 */
export class ReadingMemory {
  /** Parses numbers, and holds the cells of both pages. */
  readonly kernel = new Kernel();
  /** The pages being filled. */
  readonly rows = new RowPage();
  readonly cells = new CellPage(this.kernel, 0);
  /** Pages that have waited in the spool are loaded into these. */
  readonly loadedRows = new RowPage();
  readonly loadedCells = new CellPage(this.kernel, 1);
  readonly blocks = new BlockMemory();

  /** Gets ready for another reply, and releases memory that the last one needed for unusually large values. */
  begin(): void {
    for (const page of [this.rows, this.loadedRows, this.cells, this.loadedCells]) page.begin();
    this.blocks.begin();
  }
}

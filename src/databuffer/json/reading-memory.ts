import { BlockMemory } from '../block-memory.js';
import { CellPage } from './cell-page.js';
import { Kernel } from './kernel.js';
import { RowPage } from './row-page.js';

/**
 * What replies are read with, one at a time. Kept from one to the next: as garbage, the pages of ten small
 * replies make the engine collect all there is.
 */
export class ReadingMemory {
  /** What numbers are read with. */
  readonly kernel = new Kernel();
  /** The pages that are being filled. */
  readonly rows = new RowPage();
  readonly cells = new CellPage(this.kernel, 0);
  /** Those that pages which have waited are loaded into. */
  readonly loadedRows = new RowPage();
  readonly loadedCells = new CellPage(this.kernel, 1);
  readonly blocks = new BlockMemory();

  /** Makes it ready for another reply, and gives back what odd values or texts took of the last one. */
  begin(): void {
    for (const page of [this.rows, this.loadedRows, this.cells, this.loadedCells]) page.begin();
    this.blocks.begin();
  }
}

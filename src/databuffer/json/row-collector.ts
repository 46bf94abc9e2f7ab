import { ChannelFailure } from '../../report/errors.js';
import type { ChannelHeader } from '../../rows/row-block.js';
import type { ChannelRows, RowSink } from '../../rows/row-sink.js';
import type { Spool } from '../../rows/spool.js';
import type { CellPage } from './cell-page.js';
import { PageQueue } from './page-queue.js';
import { ProblemTally } from '../blocks/problem-tally.js';
import { RowConverter } from './row-converter.js';
import type { ReadingMemory } from './reading-memory.js';
import { PAGE_ROWS, type RowPage } from './row-page.js';
import { ShapeTable } from '../blocks/shape-table.js';
import { ShapeVotes } from '../blocks/shape-votes.js';

/** Bytes of a page that waits, about. */
const MAX_PAGE = 1024 * 1024;

/**
 * Collects the rows of one channel at a time.
 *
 * While the channel's type is not known, pages of rows and cells wait, in memory and then in the
 * spool. Once it is open they are converted, and from then on whenever one is full.
 */
export class RowCollector {
  /** The pages that are being filled. */
  readonly rows: RowPage;
  readonly cells: CellPage;
  shapes = new ShapeTable();
  tally = new ProblemTally();
  /** Why the channel can't be stored; what still comes of it is thrown away. */
  failure: ChannelFailure | undefined;
  /** Rows of the channel that came. */
  rowCount = 0;
  /** The channel's shape as its first rows have it. */
  votes = new ShapeVotes();
  /** Called once: when the first rows, or as many as memory holds and one at least, have come. */
  whenSampled: (() => void) | undefined;

  private converter: RowConverter | undefined;
  private target: ChannelRows | undefined;
  /** Cells of the channel in pages before the current one. */
  private cellsBefore = 0;
  private readonly rowQueue: PageQueue<RowPage>;
  private readonly cellQueue: PageQueue<CellPage>;

  constructor(
    private readonly memory: ReadingMemory,
    private readonly sink: RowSink,
    private readonly spool: Spool,
  ) {
    memory.begin();
    this.rows = memory.rows;
    this.cells = memory.cells;
    this.cellQueue = new PageQueue(memory.loadedCells, spool);
    this.rowQueue = new PageQueue(memory.loadedRows, spool);
  }

  /** Cells of the channel so far. */
  get cellCount(): number {
    return this.cellsBefore + this.cells.count;
  }

  /** Whether the channel's type is known and its rows go to the sink. */
  get isOpen(): boolean {
    return this.target !== undefined;
  }

  /** A channel begins. */
  begin(): void {
    this.shapes = new ShapeTable();
    this.tally = new ProblemTally();
    this.failure = undefined;
    this.rowCount = 0;
    this.votes = new ShapeVotes();
    this.whenSampled = undefined;
    this.forget();
  }

  /** Opens the channel in the sink, and hands on what has waited. */
  open(header: ChannelHeader): void {
    this.guard(() => {
      const target = this.sink.openChannel(header);
      this.target = target;
      const { blocks } = this.memory;
      this.converter = new RowConverter(header, target, this.shapes, this.tally, blocks);
      this.convertWaiting(this.converter);
    });
  }

  /** The header that a channel was opened with before, if it has rows. */
  headerOf(channel: string): ChannelHeader | undefined {
    return this.sink.headerOf(channel);
  }

  /** The channel can't be stored. */
  fail(failure: ChannelFailure): void {
    this.failure = failure;
    this.forget();
  }

  /** Makes room for a cell in the current page. */
  turnCells(): void {
    // One row at least, however large.
    const isFull = this.rowCount > 0 && this.spool.room < MAX_PAGE;
    if (isFull) this.sampled();
    const { converter } = this;
    this.cellsBefore += this.cells.count;
    if (converter === undefined && this.failure === undefined) {
      this.cellQueue.put(this.cells);
      return;
    }
    this.guard(() => {
      converter?.takeRows(this.rows, this.cells);
      converter?.takeUnfinished(this.cells);
    });
    this.cells.clear();
    converter?.turnCells();
  }

  /** Points that can be added to the current page of rows. */
  get room(): number {
    return PAGE_ROWS - this.rows.count;
  }

  /** Takes the points that the kernel read last. */
  addPoints(shape: number): void {
    const { kernel } = this.memory;
    this.rows.addPoints(kernel, shape);
    this.endRows(kernel.count);
  }

  /** Rows were added. */
  endRows(count: number): void {
    this.rowCount += count;
    if (this.whenSampled !== undefined && this.votes.isComplete) this.sampled();
    const { converter } = this;
    if (!this.rows.full) return;
    if (converter === undefined && this.failure === undefined) {
      this.rowQueue.put(this.rows);
      return;
    }
    this.guard(() => converter?.takeRows(this.rows, this.cells));
    this.rows.clear();
    converter?.turnRows();
  }

  /** The channel is over. @returns rows that the sink got */
  finish(): number {
    const { converter, target } = this;
    this.guard(() => {
      converter?.takeRows(this.rows, this.cells);
      converter?.finish();
      target?.close();
    });
    this.forget();
    return this.failure === undefined ? (converter?.rows ?? 0) : 0;
  }

  private convertWaiting(converter: RowConverter): void {
    let cells = this.cellQueue.take() ?? this.cells;
    for (;;) {
      const rows = this.rowQueue.take() ?? this.rows;
      while (!converter.takeRows(rows, cells)) {
        cells = this.cellQueue.take() ?? this.cells;
        converter.turnCells();
      }
      // The pages that are being filled go on from where they are.
      if (rows === this.rows) break;
      converter.turnRows();
    }
    // The beginning of a row that is not complete.
    while (cells !== this.cells) {
      converter.takeUnfinished(cells);
      cells = this.cellQueue.take() ?? this.cells;
      converter.turnCells();
    }
    this.rowQueue.clear();
    this.cellQueue.clear();
    this.spool.close();
  }

  private sampled(): void {
    const { whenSampled } = this;
    this.whenSampled = undefined;
    whenSampled?.();
  }

  /** Runs what calls the sink: a failure of the channel is kept, any other exception goes on. */
  private guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      if (!(error instanceof ChannelFailure)) throw error;
      this.fail(error);
    }
  }

  private forget(): void {
    this.converter = undefined;
    this.target = undefined;
    this.forgetWaiting();
  }

  /** Empties pages and queues, and gives the spool's disk space back. */
  private forgetWaiting(): void {
    this.cellsBefore = this.cellCount;
    this.rows.clear();
    this.cells.clear();
    this.rowQueue.clear();
    this.cellQueue.clear();
    this.spool.close();
  }
}

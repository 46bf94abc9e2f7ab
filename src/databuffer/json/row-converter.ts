import { bytesPerElement } from '../../encoding/element-type.js';
import { type ChannelHeader, elementsPerValue, sameShape } from '../../rows/row-block.js';
import type { ChannelRows } from '../../rows/row-sink.js';
import { BLOCK_BYTES, type BlockMemory, rowsPerBlock } from '../blocks/block-memory.js';
import type { ValueFault, ProblemTally } from '../blocks/problem-tally.js';
import type { CellPage } from './cell-page.js';
import { NumericValueColumn } from './numeric-value-column.js';
import { ROW_AMBIGUOUS, ROW_DROPPED, ROW_OK, ROW_WITHOUT_VALUE, type RowPage } from './row-page.js';
import { NO_SHAPE, type ShapeTable } from '../blocks/shape-table.js';
import { StringValueColumn } from './string-value-column.js';
import type { ValueColumn } from './value-column.js';

/** Turns rows as the reply has them into blocks of the channel's type and hands these on. */
export class RowConverter {
  /** Rows so far, those included that are in the block that is being filled. */
  rows = 0;

  private readonly column: ValueColumn;
  private readonly elements: number;
  private readonly capacity: number;
  private blockRows = 0;
  /** Next row of the current row page, next cell of the current cell page. */
  private rowAt = 0;
  private cellAt = 0;
  /** Rows of the current page from `rowAt` to before this one are known to be plain scalars. */
  private plainEnd = 0;
  /** Cells that were taken of the row at `rowAt`. */
  private taken = 0;
  /** The shape that was last found to be the channel's. */
  private goodShape = NO_SHAPE;

  constructor(
    private readonly header: ChannelHeader,
    private readonly target: ChannelRows,
    private readonly shapes: ShapeTable,
    private readonly tally: ProblemTally,
    private readonly memory: BlockMemory,
  ) {
    const { type, shape } = header;
    this.elements = elementsPerValue(shape);
    if (type === 'string') {
      this.capacity = rowsPerBlock(this.elements * 8);
      this.column = new StringValueColumn(this.elements, this.capacity, BLOCK_BYTES);
    } else {
      const rowBytes = this.elements * bytesPerElement(type);
      this.capacity = rowsPerBlock(rowBytes);
      const bytes = memory.valueBytes(this.capacity * rowBytes);
      this.column = new NumericValueColumn(type, this.elements, this.capacity, bytes);
    }
  }

  /** The current row page is a new one, or was cleared. */
  turnRows(): void {
    this.rowAt = 0;
    this.plainEnd = 0;
  }

  /** The current cell page is a new one, or was cleared. */
  turnCells(): void {
    this.cellAt = 0;
  }

  /** Takes the rows of the page. @returns false when first the next cell page is needed */
  takeRows(rows: RowPage, cells: CellPage): boolean {
    while (this.rowAt < rows.count) {
      if (this.elements === 1 && this.taken === 0 && this.takeScalars(rows, cells)) continue;
      if (!this.takeRow(rows, cells)) return false;
    }
    return true;
  }

  /** Takes cells of a row that has not ended yet, all that are left in the page. */
  takeUnfinished(cells: CellPage): void {
    this.takeCells(cells, cells.count - this.cellAt);
  }

  /** Hands on what is left. */
  finish(): void {
    if (this.blockRows > 0) this.flush();
  }

  /** A run of rows that have one good cell each. @returns whether there were any */
  private takeScalars(rows: RowPage, cells: CellPage): boolean {
    const { rowAt, cellAt, blockRows, column } = this;
    this.plainEnd = Math.max(this.plainEnd, rowAt);
    const most = Math.min(rows.count - rowAt, cells.count - cellAt, this.capacity - blockRows);
    while (this.plainEnd < rowAt + most && this.isPlain(rows, this.plainEnd)) this.plainEnd++;
    const plain = Math.min(most, this.plainEnd - rowAt);
    const count = column.takeRows(cells, cellAt, cellAt + plain);
    if (count === 0) return false;
    this.memory.present.fill(1, blockRows, blockRows + count);
    this.cellAt += count;
    this.addRows(rows, count);
    return true;
  }

  private isPlain(rows: RowPage, row: number): boolean {
    return (
      rows.cellCounts[row] === 1 && rows.states[row] === ROW_OK && this.shapeFits(rows.shapes[row])
    );
  }

  private takeRow(rows: RowPage, cells: CellPage): boolean {
    const row = this.rowAt;
    const needed = rows.cellCounts[row] - this.taken;
    const available = Math.min(needed, cells.count - this.cellAt);
    this.takeCells(cells, available);
    if (available < needed) return false;
    if (rows.cellCounts[row] === 0) this.column.beginRow();
    this.taken = 0;
    if (rows.states[row] === ROW_DROPPED) {
      this.column.dropRow();
      this.rowAt++;
      return true;
    }
    const fault = this.faultOf(rows, row);
    const wrong = fault ?? this.column.loss;
    if (wrong !== undefined) {
      this.tally.count(wrong.code, Number(rows.pulseIds[row]), wrong.example);
    }
    this.column.endRow(fault === undefined);
    this.memory.present[this.blockRows] = fault === undefined ? 1 : 0;
    this.addRows(rows, 1);
    return true;
  }

  private takeCells(cells: CellPage, count: number): void {
    if (count === 0) return;
    if (this.taken === 0) this.column.beginRow();
    this.column.take(cells, this.cellAt, this.cellAt + count);
    this.cellAt += count;
    this.taken += count;
  }

  private faultOf(rows: RowPage, row: number): ValueFault | undefined {
    const count = rows.cellCounts[row];
    const state = rows.states[row];
    const { fault } = this.column;
    if (state === ROW_WITHOUT_VALUE) return { code: 'missing_value' };
    if (state === ROW_AMBIGUOUS) {
      return { code: 'ambiguous_value', example: 'a point with several values' };
    }
    // A lone null or text says more than that it is one element.
    if (count === 1 && (fault?.code === 'null_value' || fault?.code === 'wrong_type')) return fault;
    if (count !== this.elements) {
      return {
        code: 'wrong_length',
        example: `${count} elements where ${this.elements} belong`,
      };
    }
    if (!this.shapeFits(rows.shapes[row])) {
      const shape = this.shapes.shape(rows.shapes[row]);
      const own = shape === undefined ? 'no shape' : `[${shape.join()}]`;
      return { code: 'wrong_shape', example: `${own} where [${this.header.shape.join()}] belongs` };
    }
    return fault;
  }

  private shapeFits(id: number): boolean {
    if (id === NO_SHAPE || id === this.goodShape) return true;
    const shape = this.shapes.shape(id);
    if (shape === undefined || !sameShape(shape, this.header.shape)) return false;
    this.goodShape = id;
    return true;
  }

  private addRows(rows: RowPage, count: number): void {
    const { memory, blockRows, rowAt } = this;
    const end = rowAt + count;
    if (count === 1) {
      memory.pulseIds[blockRows] = rows.pulseIds[rowAt];
      memory.timestamps[blockRows] = rows.timestamps[rowAt];
    } else {
      memory.pulseIds.set(rows.pulseIds.subarray(rowAt, end), blockRows);
      memory.timestamps.set(rows.timestamps.subarray(rowAt, end), blockRows);
    }
    memory.dates.appendAll(rows.dates, rowAt, end);
    this.rowAt = end;
    this.rows += count;
    this.blockRows += count;
    if (this.blockRows === this.capacity || this.column.full) this.flush();
  }

  private flush(): void {
    const { pulseIds, timestamps, dates, present } = this.memory;
    const rows = this.blockRows;
    this.target.append({
      rows,
      pulseIds,
      timestamps,
      globalDates: dates,
      present,
      values: this.column.values,
    });
    this.blockRows = 0;
    dates.truncate(0);
    this.column.clear();
  }
}

import type { PulseRange } from '../../request/pulse-range.js';
import { DateParser } from '../blocks/date-parser.js';
import { DOUBLE } from './decimal-parser.js';
import type { Kernel } from './kernel.js';
import type { JsonScanner } from './json-scanner.js';
import type { RowCollector } from './row-collector.js';
import { ROW_AMBIGUOUS, ROW_DROPPED, ROW_OK, ROW_WITHOUT_VALUE } from './row-page.js';
import { SeenPulseIds } from '../blocks/seen-pulse-ids.js';
import { NO_SHAPE, ODD_SHAPE } from '../blocks/shape-table.js';
import { teachMinute } from './usual-minute.js';
import { ValueReader } from './value-reader.js';
import {
  BEGIN_LIST,
  BEGIN_OBJECT,
  END_LIST,
  END_OBJECT,
  NEED_BYTES,
  NULL,
  NUMBER,
  STRING,
  type Token,
} from './tokens.js';

// Where in the list of points the reader is.
const AT_POINT = 0;
const AT_KEY = 1;
const AT_PULSE_ID = 2;
const AT_DATE = 3;
const AT_SHAPE = 4;
const IN_SHAPE = 5;
const AT_VALUE = 6;
const IN_VALUE = 7;

const PULSE_ID = Buffer.from('pulseId');
const GLOBAL_DATE = Buffer.from('globalDate');
const VALUE = Buffer.from('value');
const SHAPE = Buffer.from('shape');

const QUOTED_BYTES = 60;
const MAX_PULSE_ID = 2 ** 53;
/** A number of dimensions that no shape has. */
const NO_USUAL_SHAPE = -1;

/** Reads a channel's `data`, a list of points in which keys come in any order, into rows. */
export class PointReader {
  private place = AT_POINT;
  private readonly value: ValueReader;
  private readonly dates = new DateParser();
  private seen = new SeenPulseIds();
  private firstPulseId: number | undefined;
  private lastPulseId: number | undefined;
  /** The largest so far. */
  private highest = -Infinity;
  private firstLength: number | undefined;
  /** The number of the shape that the kernel knows. */
  private usualShape = NO_SHAPE;

  // The point that is being read.
  private pulseId = NaN;
  private hasPulseId = false;
  private hasDate = false;
  private isDateGood = false;
  /** Low and high word of the date's int64, if it is good. */
  private timestampLow = 0;
  private timestampHigh = 0;
  private state = ROW_WITHOUT_VALUE;
  /** Whether its value is one to go by, and whether it is a lone text. */
  private isValue = false;
  private isText = false;
  private cellsBefore = 0;
  private shape = NO_SHAPE;
  private readonly lengths: Float64Array;
  private dimensions = 0;

  constructor(
    private readonly scanner: JsonScanner,
    private readonly collector: RowCollector,
    private readonly kernel: Kernel,
    private readonly range: PulseRange | undefined,
  ) {
    this.value = new ValueReader(scanner, collector);
    this.lengths = kernel.lengths;
  }

  /** Pulse ids of the first and the last row of the channel, where it has any. */
  get pulseIds(): { first_pulse_id?: number; last_pulse_id?: number } {
    if (this.firstPulseId === undefined) return {};
    return { first_pulse_id: this.firstPulseId, last_pulse_id: this.lastPulseId };
  }

  /** The shape of the channel's first point: as it says itself, else by its elements. */
  get firstShape(): readonly number[] {
    return this.collector.shapes.shape(NO_SHAPE + 1) ?? [this.firstLength ?? 1];
  }

  /** A channel begins. */
  begin(): void {
    this.place = AT_POINT;
    this.firstLength = undefined;
    this.seen = new SeenPulseIds();
    this.firstPulseId = undefined;
    this.lastPulseId = undefined;
    this.highest = -Infinity;
    this.kernel.dimensions = NO_USUAL_SHAPE;
  }

  /** Reads on in the list. @returns whether its end was reached; else more bytes are needed */
  read(): boolean {
    const { scanner } = this;
    for (;;) {
      if (this.place === IN_VALUE) {
        if (!this.value.read()) return false;
        this.place = AT_KEY;
        if (scanner.readTail()) {
          this.takeParts();
          this.endPoint();
        }
      }
      if (this.place === AT_POINT) {
        if (this.collector.failure === undefined) this.readUsual();
        if (this.collector.failure !== undefined) {
          scanner.skipRest();
          return true;
        }
        if (scanner.readHead()) {
          this.beginRow();
          continue;
        }
        if (scanner.atUnfinishedItem) return false;
      }
      const token = scanner.next();
      if (token === NEED_BYTES) return false;
      switch (this.place) {
        case AT_POINT:
          if (token === END_LIST) return true;
          this.beginPoint(token);
          break;
        case AT_KEY:
          if (token === END_OBJECT) this.endPoint();
          else this.takeKey();
          break;
        case AT_PULSE_ID:
          this.takePulseId(token);
          break;
        case AT_DATE:
          this.takeDate(token);
          break;
        case AT_SHAPE:
          this.takeShape(token);
          break;
        case IN_SHAPE:
          this.takeLength(token);
          break;
        default:
          this.takeValue(token);
      }
    }
  }

  /** Takes points in the kernel's stride, up to the next unusual one. */
  private readUsual(): void {
    const { scanner, collector, range } = this;
    const last = range?.endPulseId ?? MAX_PULSE_ID;
    while (collector.failure === undefined) {
      if (collector.cells.full) collector.turnCells();
      const above = Math.max(this.highest, (range?.startPulseId ?? -MAX_PULSE_ID) - 1);
      const count = scanner.readPoints(collector.cells, collector.room, above, last);
      if (count === 0) return;
      const { pulseIds, pulseIdWords, shaped } = this.kernel;
      this.seen.addRising(pulseIdWords, count);
      const first = Number(pulseIds[0]);
      this.firstPulseId ??= first;
      this.highest = this.lastPulseId = Number(pulseIds[count - 1]);
      this.firstLength ??= 1;
      const shape = shaped ? this.usualShape : NO_SHAPE;
      const { votes } = collector;
      if (!votes.isComplete) {
        votes.add(first, collector.shapes.shape(shape), 1, false, count);
      }
      collector.addPoints(shape);
    }
  }

  private beginPoint(token: Token): void {
    if (token !== BEGIN_OBJECT) {
      this.collector.tally.count('invalid_point', undefined, 'a point that is not an object');
      if (token === BEGIN_LIST) this.scanner.skipRest();
      return;
    }
    this.forgetPoint();
  }

  /** The kernel read a row up to its elements. */
  private beginRow(): void {
    this.forgetPoint();
    this.takeParts();
    this.takeValue(BEGIN_LIST);
  }

  /** Takes what the kernel read before or behind the elements of a row. */
  private takeParts(): void {
    const { kernel } = this;
    if (kernel.hasPulseId) {
      this.hasPulseId = true;
      this.pulseId = kernel.number[0];
    }
    if (kernel.hasDate) {
      this.hasDate = true;
      this.isDateGood = true;
      this.collector.rows.setDate(kernel.dates.bytes, 0, kernel.dates.ends[0]);
      this.timestampLow = kernel.firstTimestamp[0];
      this.timestampHigh = kernel.firstTimestamp[1];
    }
    if (kernel.shaped) this.shape = this.usualShape;
  }

  private forgetPoint(): void {
    this.place = AT_KEY;
    this.pulseId = NaN;
    this.hasPulseId = false;
    this.hasDate = false;
    this.isDateGood = false;
    this.state = ROW_WITHOUT_VALUE;
    this.cellsBefore = this.collector.cellCount;
    this.shape = NO_SHAPE;
  }

  private takeKey(): void {
    const { bytes, start, end } = this.scanner.text;
    switch (end - start) {
      case 5:
        if (matches(bytes, start, VALUE)) this.place = AT_VALUE;
        else if (matches(bytes, start, SHAPE)) this.place = AT_SHAPE;
        break;
      case 7:
        if (matches(bytes, start, PULSE_ID)) this.place = AT_PULSE_ID;
        break;
      case 10:
        if (matches(bytes, start, GLOBAL_DATE)) this.place = AT_DATE;
        break;
      default:
    }
    if (this.place === AT_KEY) this.scanner.skipValue();
  }

  private takePulseId(token: Token): void {
    this.place = AT_KEY;
    this.hasPulseId = true;
    const { scanner } = this;
    const value = token === NUMBER && scanner.numberKind === DOUBLE ? scanner.number[0] : NaN;
    this.pulseId = Math.floor(value) === value && Math.abs(value) <= 2 ** 53 ? value : NaN;
    this.skipNested(token);
  }

  private takeDate(token: Token): void {
    this.place = AT_KEY;
    this.hasDate = token !== NULL;
    this.isDateGood = false;
    if (token === STRING) {
      const { bytes, start, end, nul } = this.scanner.text;
      const length = nul ? bytes.subarray(start, end).indexOf(0) : end - start;
      this.collector.rows.setDate(bytes, start, start + length);
      this.isDateGood = !nul && this.dates.parse(bytes, start, end);
      if (this.isDateGood) teachMinute(this.kernel, bytes, start, end, this.dates.nanoseconds);
      this.timestampLow = this.dates.low;
      this.timestampHigh = this.dates.high;
    }
    this.skipNested(token);
  }

  private takeShape(token: Token): void {
    if (token === BEGIN_LIST) {
      this.place = IN_SHAPE;
      this.dimensions = 0;
      this.kernel.dimensions = NO_USUAL_SHAPE;
      return;
    }
    this.place = AT_KEY;
    this.shape = token === NULL ? NO_SHAPE : ODD_SHAPE;
    this.skipNested(token);
  }

  private takeLength(token: Token): void {
    if (token === END_LIST) {
      this.place = AT_KEY;
      this.shape = this.collector.shapes.idOf(this.lengths, this.dimensions);
      this.usualShape = this.shape;
      this.kernel.dimensions = this.dimensions;
    } else if (token === NUMBER && this.dimensions < this.lengths.length) {
      this.lengths[this.dimensions++] = this.scanner.number[0];
    } else {
      this.place = AT_KEY;
      this.shape = ODD_SHAPE;
      this.skipNested(token);
      this.scanner.skipRest();
    }
  }

  private takeValue(token: Token): void {
    this.state = this.state === ROW_WITHOUT_VALUE ? ROW_OK : ROW_AMBIGUOUS;
    this.isValue = token !== NULL && token !== BEGIN_OBJECT;
    this.isText = token === STRING;
    this.place = this.value.begin(token) ? AT_KEY : IN_VALUE;
  }

  private endPoint(): void {
    this.place = AT_POINT;
    const { collector, pulseId } = this;
    if (Number.isNaN(pulseId)) {
      collector.tally.count(this.hasPulseId ? 'invalid_pulse_id' : 'missing_pulse_id');
      this.state = ROW_DROPPED;
    } else {
      this.countOddities();
      this.firstPulseId ??= pulseId;
      this.lastPulseId = pulseId;
      if (pulseId > this.highest) this.highest = pulseId;
    }
    const cellCount = collector.cellCount - this.cellsBefore;
    this.firstLength ??= cellCount;
    if (!collector.votes.isComplete) this.vote(cellCount);
    const low = this.isDateGood ? this.timestampLow : 0;
    const high = this.isDateGood ? this.timestampHigh : 0;
    collector.rows.add(pulseId, low, high, cellCount, this.shape, this.state);
    collector.endRows(1);
  }

  private vote(cellCount: number): void {
    const { collector, state, shape } = this;
    if (state === ROW_DROPPED) return;
    const counts = state === ROW_OK && this.isValue && shape !== ODD_SHAPE;
    const { shapes, votes } = collector;
    votes.add(this.pulseId, shapes.shape(shape), counts ? cellCount : 0, this.isText);
  }

  /** Counts what does not keep the row from being stored. */
  private countOddities(): void {
    const { pulseId, range, collector } = this;
    const { tally } = collector;
    if (this.seen.add(pulseId)) tally.count('duplicate_pulse_id', pulseId);
    if (range !== undefined && (pulseId < range.startPulseId || pulseId > range.endPulseId)) {
      tally.count('outside_range', pulseId);
    }
    if (!this.hasDate) {
      tally.count('missing_global_date', pulseId);
    } else if (!this.isDateGood) {
      const { rows } = collector;
      const start = rows.dates.startOf(rows.count);
      const end = Math.min(rows.dates.length, start + QUOTED_BYTES);
      const text = new TextDecoder().decode(rows.dates.bytes.subarray(start, end));
      tally.count('invalid_global_date', pulseId, JSON.stringify(text));
    }
  }

  private skipNested(token: Token): void {
    if (token === BEGIN_LIST || token === BEGIN_OBJECT) this.scanner.skipRest();
  }
}

function matches(bytes: Uint8Array, start: number, word: Uint8Array): boolean {
  for (let i = 0; i < word.length; i++) if (bytes[start + i] !== word[i]) return false;
  return true;
}

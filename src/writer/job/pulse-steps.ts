import { type RowSpan, missingAt, usualStep } from '../../request/pulse-rate.js';

/** Far more than a channel has: beyond, it has no rate to speak of. */
const MAX_STEPS = 10_000;

/** Both halves of the pulse id of a row that has none, and so both together. */
const NO_ID = -1;

/**
 * Counts the steps from each pulse id of a channel to the next, in the order in which they come. Rows without one
 * are passed over; a channel that has some has no rate.
 */
export class PulseSteps {
  /** Rows so far. */
  rows = 0;
  /** Pulse ids of the first and the last row that came and has one. */
  firstRow: number | undefined;
  lastRow: number | undefined;
  /** By their length, whether up or down. */
  private readonly counts = new Map<number, number>();
  private inOrder = true;
  private followsPulses = true;
  private hasRate = true;
  private lowest = Infinity;
  private highest = -Infinity;
  /** Low and high half of the last pulse id: steps are far shorter than the range of the low one. */
  private last = 0;
  private lastHigh = 0;
  /** The step that was seen last, and how often it was seen since it was another one. */
  private step = 0;
  private run = 0;

  /** Takes the first `count` of some pulse ids. */
  add(pulseIds: BigInt64Array, count: number): void {
    const halves = new Int32Array(pulseIds.buffer, pulseIds.byteOffset, 2 * count);
    this.rows += count;
    for (let i = 0; i < halves.length; i += 2) {
      i = this.passEqualSteps(halves, i);
      if (i < halves.length) this.take(halves[i], halves[i + 1]);
    }
    if (this.firstRow !== undefined) this.lastRow = this.current;
  }

  /** Most rows, in a loop that touches no property: reading one may make an object. @returns where it stopped */
  private passEqualSteps(halves: Int32Array, from: number): number {
    if (this.firstRow === undefined) return from;
    const { step } = this;
    let { last, lastHigh } = this;
    let i = from;
    for (; i < halves.length; i += 2) {
      const low = halves[i];
      const high = halves[i + 1];
      if (((low - last) | 0) !== step || (low & high) === NO_ID) break;
      last = low;
      lastHigh = high;
    }
    this.last = last;
    this.lastHigh = lastHigh;
    this.run += (i - from) / 2;
    return i;
  }

  private take(low: number, high: number): void {
    if ((low & high) === NO_ID) {
      this.followsPulses = false;
      return;
    }
    const step = (low - this.last) | 0;
    if (this.firstRow !== undefined && step !== this.step) this.turnTo(step);
    this.last = low;
    this.lastHigh = high;
    if (this.firstRow === undefined) this.firstRow = this.extend();
    else this.run++;
  }

  /**
   * Pulses without a row, between the first row and the last, if the channel comes at one rate: that
   * of the median step. Undefined with fewer than two rows, and for rows that are not in order.
   */
  missing(): number | undefined {
    const { step } = this.span();
    return step === undefined || !this.inOrder ? undefined : missingAt(this.counts, step);
  }

  /** Where the rows lie, in whatever order they came. */
  span(): RowSpan {
    this.turnTo(this.step);
    // Rows of the same pulse say nothing of the rate.
    this.counts.delete(0);
    const { lowest, highest, followsPulses } = this;
    if (this.firstRow === undefined) {
      return { first: undefined, last: undefined, step: undefined, followsPulses };
    }
    const step = this.hasRate && followsPulses ? usualStep(this.counts) : undefined;
    return { first: lowest, last: highest, step, followsPulses };
  }

  private turnTo(step: number): void {
    const { counts } = this;
    const length = Math.abs(this.step);
    if (this.hasRate) counts.set(length, (counts.get(length) ?? 0) + this.run);
    this.inOrder &&= step >= 0;
    this.hasRate &&= counts.size <= MAX_STEPS;
    if (!this.hasRate) counts.clear();
    // Within a run of equal steps, all pulse ids lie between those at its ends.
    if (this.firstRow !== undefined) this.extend();
    this.step = step;
    this.run = 0;
  }

  private extend(): number {
    const { current } = this;
    if (current < this.lowest) this.lowest = current;
    if (current > this.highest) this.highest = current;
    return current;
  }

  private get current(): number {
    return this.lastHigh * 2 ** 32 + (this.last >>> 0);
  }
}

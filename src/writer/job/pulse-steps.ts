import { type RowSpan, missingAt, usualStep } from '../../request/pulse-rate.js';

/** Far more than a channel has: beyond, it has no rate to speak of. */
const MAX_STEPS = 10_000;

/** Counts the steps from each pulse id of a channel to the next, in the order in which they come. */
export class PulseSteps {
  /** Rows so far, and the pulse ids of the first and the last one that came. */
  rows = 0;
  firstRow: number | undefined;
  lastRow: number | undefined;
  /** By their length, whether up or down. */
  private readonly counts = new Map<number, number>();
  private inOrder = true;
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
    if (count === 0) return;
    const halves = new Int32Array(pulseIds.buffer, pulseIds.byteOffset, 2 * count);
    let first = 0;
    if (this.rows === 0) {
      [this.last, this.lastHigh] = halves;
      this.firstRow = this.extend();
      first = 2;
    }
    for (let i = first; i < halves.length; i += 2) {
      const step = (halves[i] - this.last) | 0;
      if (step !== this.step) this.turnTo(step);
      this.last = halves[i];
      this.lastHigh = halves[i + 1];
      this.run++;
    }
    this.rows += count;
    this.lastRow = this.current;
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
    const { lowest, highest } = this;
    if (this.rows === 0) return { first: undefined, last: undefined, step: undefined };
    const step = this.hasRate ? usualStep(this.counts) : undefined;
    return { first: lowest, last: highest, step };
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

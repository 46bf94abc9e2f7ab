import { missingAt, usualStep } from '../../rows/pulse-rate.js';

/** Far more than a channel has: beyond, it has no rate to speak of. */
const MOST_STEPS = 10_000;

/** Counts the steps from each pulse id of a channel to the next, in the order in which they come. */
export class PulseSteps {
  private readonly counts = new Map<number, number>();
  private inOrder = true;
  private begun = false;
  /** Low half of the last pulse id: steps are far shorter than its range. */
  private last = 0;
  /** The step that was seen last, and how often it was seen since it was another one. */
  private step = 0;
  private run = 0;

  /** Takes the first `count` of some pulse ids. */
  add(pulseIds: BigInt64Array, count: number): void {
    if (count === 0) return;
    const halves = new Int32Array(pulseIds.buffer, pulseIds.byteOffset, 2 * count);
    const first = this.begun ? 0 : 2;
    if (!this.begun) [this.last] = halves;
    this.begun = true;
    for (let i = first; i < halves.length; i += 2) {
      const step = (halves[i] - this.last) | 0;
      this.last = halves[i];
      if (step !== this.step) this.turnTo(step);
      this.run++;
    }
  }

  /**
   * Pulses without a row, between the first row and the last, if the channel comes at one rate: that
   * of the median step. Undefined with fewer than two rows, and for rows that are not in order.
   */
  missing(): number | undefined {
    this.turnTo(this.step);
    if (!this.inOrder) return undefined;
    // Rows of the same pulse say nothing of the rate.
    this.counts.delete(0);
    const usual = usualStep(this.counts);
    return usual === undefined ? undefined : missingAt(this.counts, usual);
  }

  private turnTo(step: number): void {
    const { counts } = this;
    counts.set(this.step, (counts.get(this.step) ?? 0) + this.run);
    this.inOrder &&= step >= 0 && counts.size <= MOST_STEPS;
    if (!this.inOrder) counts.clear();
    this.step = step;
    this.run = 0;
  }
}

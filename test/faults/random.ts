import { mix, seedOf } from '../../src/databuffer/simulator/signals.js';

/** Numbers that look random and are the same for the same seed and name. */
export class Random {
  private readonly seed: number;
  private drawn = 0;

  /** @param name what tells sequences of one seed apart */
  constructor(seed: number, name: string) {
    this.seed = mix(seed, seedOf(name));
  }

  /** At least 0, below 1. */
  uniform(): number {
    return mix(this.drawn++, this.seed) / 2 ** 32;
  }

  /** At least `low`, below `high`. */
  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  /** A whole number, `low` and `high` included. */
  whole(low: number, high: number): number {
    return Math.floor(this.between(low, high + 1));
  }

  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.whole(0, choices.length - 1)];
  }
}

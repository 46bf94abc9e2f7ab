import type { Value } from './decode-values.js';

/** Each null where there is no finite value. */
export interface Statistics {
  readonly strict_positive_min: number | null;
  readonly positive_min: number | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  readonly std: number | null;
}

/** Takes values in blocks; those that are not finite don't count. Integers of 8 bytes count as float64. */
export class RunningStatistics {
  private count = 0;
  private mean = 0;
  /** Sum of squared differences from the mean. */
  private squares = 0;
  private min = Infinity;
  private max = -Infinity;
  private positiveMin = Infinity;
  private strictMin = Infinity;

  add(values: readonly Value[]): void {
    for (const each of values) {
      const value = Number(each);
      if (!Number.isFinite(value)) continue;
      this.count++;
      const difference = value - this.mean;
      this.mean += difference / this.count;
      this.squares += difference * (value - this.mean);
      if (value < this.min) this.min = value;
      if (value > this.max) this.max = value;
      if (value >= 0 && value < this.positiveMin) this.positiveMin = value;
      if (value > 0 && value < this.strictMin) this.strictMin = value;
    }
  }

  result(): Statistics {
    const some = this.count > 0;
    const found = (value: number) => (Number.isFinite(value) ? value : null);
    return {
      strict_positive_min: found(this.strictMin),
      positive_min: found(this.positiveMin),
      min: found(this.min),
      max: found(this.max),
      mean: some ? this.mean : null,
      std: some ? Math.sqrt(this.squares / this.count) : null,
    };
  }
}

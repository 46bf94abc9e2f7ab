import type { Calibration } from './calibration.js';
import type { Measurement, Pair, PairFigures } from './pair.js';
import { type Ratio, type WithinPairs, ratioOf, ratioWithin } from './ratio.js';
import { type BySide, type Side, bySide } from './sides.js';

/** Fewer than these tell nothing: then disturbed ones count as well. */
const FEWEST = 3;

/** A part's figures of either fresh or warm processes. */
export class Group {
  /** The jobs that count: undisturbed ones, or all where too few were. */
  readonly counted: BySide<readonly Measurement[]>;
  readonly isAllCounted: boolean;

  private constructor(
    readonly figures: PairFigures,
    readonly kind: 'fresh' | 'warm',
    private readonly pairs: readonly Pair[],
    calibration: Calibration,
  ) {
    const all = bySide((side) => pairs.map((pair) => pair[side]));
    const quiet = bySide((side) =>
      all[side].filter(({ conditions }) => !calibration.isDisturbed(conditions)),
    );
    const least = Math.min(quiet.measured.length, quiet.against.length);
    this.isAllCounted = least < Math.min(FEWEST, pairs.length);
    this.counted = this.isAllCounted ? all : quiet;
  }

  /** Those that there are of a part. */
  static of(figures: PairFigures, calibration: Calibration): Group[] {
    return (['fresh', 'warm'] as const).flatMap((kind) => {
      const pairs = figures.pairs.filter(({ isFresh }) => isFresh === (kind === 'fresh'));
      return pairs.length > 0 ? [new Group(figures, kind, pairs, calibration)] : [];
    });
  }

  get label(): string {
    return `${this.figures.name} ${this.kind}`;
  }

  /** How many there are with each build, those that don't count included. */
  get size(): number {
    return this.pairs.length;
  }

  get time(): Ratio {
    return ratioOf(bySide((side) => this.counted[side].map(({ seconds }) => seconds)));
  }

  /** Of all pairs: what disturbs one mostly disturbs the other as well. */
  get timeWithinPairs(): WithinPairs {
    return ratioWithin(this.pairs.map((pair) => bySide((side) => pair[side].seconds)));
  }

  /** Seconds. The clock's ticks are 10 ms: a mean has less of them than a median. */
  processor(side: Side): number {
    const counted = this.counted[side];
    return counted.reduce((sum, { processor }) => sum + processor, 0) / counted.length;
  }

  get processorRatio(): number {
    return this.processor('measured') / this.processor('against');
  }
}

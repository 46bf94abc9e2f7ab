import type { Conditions } from './calibration.js';
import type { BySide } from './sides.js';

/** The figures of one job, or of a batch of small ones. */
export interface Measurement {
  /** From the stop being sent to the file having its name. */
  readonly seconds: number;
  /** Processor time of broker and writer, all that it made them do afterwards included, s. */
  readonly processor: number;
  readonly conditions: Conditions;
}

/** The same with both builds, one right after the other. */
export interface Pair extends BySide<Measurement> {
  /** The first job of processes that have written a small file before. */
  readonly isFresh: boolean;
}

/** All pairs of a part, and the most memory that each writer process had, bytes. */
export interface PairFigures {
  readonly name: string;
  readonly description: string;
  /** Of requests in each measurement. */
  readonly requests: number;
  readonly pairs: Pair[];
  readonly peak: BySide<number[]>;
}

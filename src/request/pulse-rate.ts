import type { PulseRange } from './pulse-range.js';

/** Steps from each pulse id of a channel to the next, all above 0, with how often each occurs. */
type StepCounts = ReadonlyMap<number, number>;

/** The rate at which a channel comes, as pulses from one row to the next: the lower median of the steps. */
export function usualStep(counts: StepCounts): number | undefined {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  let passed = 0;
  for (const step of [...counts.keys()].sort((a, b) => a - b)) {
    passed += counts.get(step)!;
    if (2 * passed >= total) return step;
  }
  return undefined;
}

/** Rows that are not there between the first and the last, at the rate of one in `usual` pulses. */
export function missingAt(counts: StepCounts, usual: number): number {
  let missing = 0;
  for (const [step, count] of counts) missing += count * Math.max(Math.round(step / usual) - 1, 0);
  return missing;
}

/** Where a channel's rows lie, and at which rate they come. */
export interface RowSpan {
  /** Lowest and highest pulse id; undefined without rows. */
  readonly first: number | undefined;
  readonly last: number | undefined;
  /** Pulses from one row to the next, see {@link usualStep}; undefined with fewer than two rows. */
  readonly step: number | undefined;
  /** False where some rows have no pulse id: such a channel has no rate, and lacks no pulses. */
  readonly followsPulses?: boolean;
}

/** Rows that a channel lacks before its first one and after its last one. */
export interface MissingEnds {
  readonly before: number;
  readonly after: number;
}

/**
 * Rows that are not there at the ends of the asked range, at the channel's own rate: at one in 10
 * pulses, a range may reach up to 9 pulses beyond the rows. Undefined where the rate is not known.
 */
export function missingAtEnds(
  { first, last, step }: RowSpan,
  { startPulseId, endPulseId }: PulseRange,
): MissingEnds | undefined {
  if (first === undefined || last === undefined || step === undefined) return undefined;
  const rowsIn = (pulses: number) => Math.max(Math.floor(pulses / step), 0);
  const all = Math.max(rowsIn(endPulseId - startPulseId + 1), 1);
  if (last < startPulseId) return { before: 0, after: all };
  if (first > endPulseId) return { before: all, after: 0 };
  return { before: rowsIn(first - startPulseId), after: rowsIn(endPulseId - last) };
}

/**
 * Whether rows of a channel that follows pulses are missing at an end of the asked range. With fewer than two rows it may
 * simply be slow: then it is short only where no channel has two, and its rows are not at both ends.
 *
 * @param someHaveRate whether a channel of the same file has two rows or more
 */
export function isShort(span: RowSpan, range: PulseRange, someHaveRate: boolean): boolean {
  if (span.followsPulses === false) return false;
  const ends = missingAtEnds(span, range);
  if (ends) return ends.before + ends.after > 0;
  if (someHaveRate) return false;
  const { first = Infinity, last = -Infinity } = span;
  return first > range.startPulseId || last < range.endPulseId;
}

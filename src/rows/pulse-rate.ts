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

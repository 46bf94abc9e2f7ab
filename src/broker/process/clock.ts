/** Seconds of a clock that nobody sets: leases must not run out because the time was corrected. */
export function now(): number {
  return performance.now() / 1000;
}

/** Seconds of a clock that is never set: leases must not run out because the time was corrected. */
export function now(): number {
  return performance.now() / 1000;
}

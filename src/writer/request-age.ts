/** Seconds of a clock that nobody sets, the same for all threads of a process. */
export function monotonicSeconds(): number {
  return Number(process.hrtime.bigint()) / 1e9;
}

/**
 * How long ago a request was made, without comparing clocks of two machines: what had passed when its
 * broker sent it, by the broker's own clock, and what has passed here since it came.
 */
export class RequestAge {
  private readonly came = monotonicSeconds();

  /** @param atArrival seconds */
  private constructor(private readonly atArrival: number) {}

  /**
   * Of a request that came just now.
   *
   * @param timestamp when it was made, seconds since the epoch
   * @param sent when its broker sent it, likewise; without that this machine's clock is all there is to go by
   */
  static atArrival(timestamp: number, sent?: number): RequestAge {
    return new RequestAge((sent ?? Date.now() / 1000) - timestamp);
  }

  /**
   * Seconds left of a time that began when the request was made. A request that was made
   * later than it was sent, by a clock that was set meanwhile, makes it no longer.
   */
  leftOf(duration: number): number {
    const since = monotonicSeconds() - this.came;
    return Math.max(duration - Math.max(this.atArrival, 0) - since, 0);
  }
}

/**
 * For how long a main thread has stood still, as a thread beside it sees it from time to time.
 *
 * Where the looks themselves come late, the whole process stood still, or the machine had no time for
 * it: such a gap counts for no more than a look in time.
 */
export class Stillness {
  private beat: number | undefined;
  private lookedAt = 0;
  private still = 0;

  /** @param intervalMs between two looks */
  constructor(private readonly intervalMs: number) {}

  /**
   * @param now milliseconds, of a clock that goes on steadily
   * @param beat what the main thread counts
   * @returns milliseconds
   */
  look(now: number, beat: number): number {
    const passed = this.beat === beat ? Math.min(now - this.lookedAt, this.intervalMs) : 0;
    this.still = this.beat === beat ? this.still + passed : 0;
    this.beat = beat;
    this.lookedAt = now;
    return this.still;
  }
}

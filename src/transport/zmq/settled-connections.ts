/**
 * Counts connections once they have been there for so long that a writer which reports would have
 * said hello: a younger one must not pass for that of a writer that never does. No I/O and no clock.
 */
export class SettledConnections {
  private connected = 0;
  /** When those were noticed that are too young to count. */
  private young: number[] = [];

  /** @param patience seconds */
  constructor(private readonly patience: number) {}

  /**
   * @param connected how many connections there are
   * @param now seconds of any clock
   * @returns how many of them count
   */
  count(connected: number, now: number): number {
    for (let n = this.connected; n < connected; n++) this.young.push(now);
    this.connected = connected;
    this.young = this.young.filter((noticed) => now - noticed < this.patience);
    // Connections have no name: where one is lost, it is one of those that were there before.
    return Math.max(0, connected - this.young.length);
  }
}

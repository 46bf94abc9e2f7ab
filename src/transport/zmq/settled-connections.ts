/**
 * Counts connections only once they are old enough for a reporting writer to have said hello: a younger
 * one must not be mistaken for that of a writer that never reports. No I/O and no clock.
 */
export class SettledConnections {
  private connected = 0;
  /** When the connections that are too young to count were noticed. */
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
    // Connections have no name: a lost one is taken for one of the old ones.
    return Math.max(0, connected - this.young.length);
  }
}

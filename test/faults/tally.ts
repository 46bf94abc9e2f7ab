/** How often things happened. */
export class Tally {
  private readonly counts = new Map<string, number>();

  add(what: string, count = 1): void {
    this.counts.set(what, this.of(what) + count);
  }

  of(what: string): number {
    return this.counts.get(what) ?? 0;
  }

  get entries(): readonly (readonly [string, number])[] {
    return [...this.counts];
  }

  get total(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Events that happened more often than in another tally. */
  above(other: Tally): string {
    const more = this.entries.filter(([what, count]) => count > other.of(what));
    return more.map(([what, count]) => `${what} ${other.of(what)} → ${count}`).join(', ');
  }

  static of(all: Iterable<string>): Tally {
    const tally = new Tally();
    for (const what of all) tally.add(what);
    return tally;
  }
}

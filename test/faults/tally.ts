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

  static of(all: Iterable<string>): Tally {
    const tally = new Tally();
    for (const what of all) tally.add(what);
    return tally;
  }
}

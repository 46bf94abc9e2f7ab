/** Deaths that are known at most; each is told until the writer that found it ends. */
const MAX_KNOWN = 10_000;

/** Deaths of writers that were noted: each is told many times, and counts once. */
export class Deaths {
  private readonly known = new Set<string>();

  /** @returns whether it is a new one */
  add(death: string): boolean {
    if (this.known.has(death)) return false;
    this.known.add(death);
    const [oldest] = this.known;
    if (this.known.size > MAX_KNOWN) this.known.delete(oldest);
    return true;
  }
}

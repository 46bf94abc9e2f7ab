const PAGE_BITS = 11;
const PAGE_IDS = 2 ** PAGE_BITS;
const MOST_PAGES = 64 * 1024;

/**
 * Finds pulse ids that come twice.
 *
 * A bit for each id, in pages of 2048 ids that exist where ids are: ten million rows at 100 Hz take
 * about 2 MB. At most 64 k pages are kept, the oldest goes: a repetition is found unless rows in
 * 64 k other places came in between.
 */
export class SeenPulseIds {
  private readonly pages = new Map<number, Uint32Array>();
  private pageNumber = NaN;
  private page: Uint32Array = new Uint32Array(PAGE_IDS / 32);

  /** @returns whether the id was there before */
  add(pulseId: number): boolean {
    const pageNumber = Math.floor(pulseId / PAGE_IDS);
    if (pageNumber !== this.pageNumber) this.turnTo(pageNumber);
    const bit = pulseId - pageNumber * PAGE_IDS;
    const mask = 1 << (bit & 31);
    const word = this.page[bit >> 5];
    this.page[bit >> 5] = word | mask;
    return (word & mask) !== 0;
  }

  private turnTo(pageNumber: number): void {
    let page = this.pages.get(pageNumber);
    if (page === undefined) {
      const [oldest] = this.pages.keys();
      if (this.pages.size === MOST_PAGES) this.pages.delete(oldest);
      page = new Uint32Array(PAGE_IDS / 32);
      this.pages.set(pageNumber, page);
    }
    this.pageNumber = pageNumber;
    this.page = page;
  }
}

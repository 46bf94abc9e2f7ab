import { BitPages } from '../../rows/bit-pages.js';

const PAGE_BITS = 9;
const PAGE_IDS = 2 ** PAGE_BITS;
const PAGE_WORDS = PAGE_IDS / 32;
const MAX_PAGES = 64 * 1024;

/**
 * Finds pulse ids that come twice.
 *
 * A bit for each id, in pages of 512 ids that exist where ids are: ten million rows at 100 Hz take
 * about 2 MB. At most 64 k pages are kept, the oldest goes: a repetition is found unless rows in
 * 64 k other places came in between.
 */
export class SeenPulseIds {
  private readonly pages = new BitPages(PAGE_WORDS);
  private pageNumber = NaN;
  /** The current page's first word. */
  private first = 0;

  /** @returns whether the id was there before */
  add(pulseId: number): boolean {
    const pageNumber = Math.floor(pulseId / PAGE_IDS);
    if (pageNumber !== this.pageNumber) this.turnTo(pageNumber);
    const bit = pulseId - pageNumber * PAGE_IDS;
    const mask = 1 << (bit & 31);
    const at = this.first + (bit >> 5);
    const { words } = this.pages;
    const word = words[at];
    words[at] = word | mask;
    return (word & mask) !== 0;
  }

  private turnTo(pageNumber: number): void {
    const { pages } = this;
    const index = pages.indexOf(pageNumber) ?? this.newPage(pageNumber);
    this.pageNumber = pageNumber;
    this.first = index * PAGE_WORDS;
  }

  private newPage(pageNumber: number): number {
    const { pages } = this;
    return pages.size === MAX_PAGES ? pages.replaceOldest(pageNumber) : pages.add(pageNumber);
  }
}

import { BitPages } from '../../rows/bit-pages.js';

const TWO_32 = 2 ** 32;
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

  /**
   * Adds ids that rise from each to the next, none of which was there before.
   *
   * @param words the ids as int64, low word first: as a bigint each would be an object
   * @param count of the ids, one at least
   */
  addRising(words: Uint32Array, count: number): void {
    const first = words[0] + words[1] * TWO_32;
    const last = words[2 * count - 2] + words[2 * count - 1] * TWO_32;
    if (last - first === count - 1) this.addRun(first, count);
    else for (let i = 0; i < 2 * count; i += 2) this.add(words[i] + words[i + 1] * TWO_32);
  }

  /** Adds so many ids, one after another. */
  private addRun(first: number, count: number): void {
    let id = first;
    for (let left = count; left > 0;) {
      const pageNumber = Math.floor(id / PAGE_IDS);
      if (pageNumber !== this.pageNumber) this.turnTo(pageNumber);
      const bit = id - pageNumber * PAGE_IDS;
      const here = Math.min(left, PAGE_IDS - bit);
      const from = 32 * this.first + bit;
      setBits(this.pages.words, from, from + here);
      id += here;
      left -= here;
    }
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

/** Sets the bits from one to before another, at least one. */
function setBits(words: Uint32Array, from: number, end: number): void {
  const first = from >> 5;
  const last = (end - 1) >> 5;
  for (let at = first; at <= last; at++) {
    const low = at === first ? from & 31 : 0;
    const high = at === last ? (end - 1) & 31 : 31;
    words[at] |= (-1 << low) & (-1 >>> (31 - high));
  }
}

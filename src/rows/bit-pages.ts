/**
 * Pages of bits that exist where they are needed, all of them in one piece of memory: with an array for
 * each, those of numbers far apart take up a multiple.
 */
export class BitPages {
  /** The bits of page i are `pageWords` words from `words[i * pageWords]` on; valid until a page is added. */
  words: Uint32Array;
  private readonly indices = new Map<number, number>();

  /** @param pageWords 32 bits each */
  constructor(private readonly pageWords: number) {
    // Of one page: tens of thousands of channels may be under way at once.
    this.words = new Uint32Array(pageWords);
  }

  get size(): number {
    return this.indices.size;
  }

  /** Where the page of a number is. */
  indexOf(number: number): number | undefined {
    return this.indices.get(number);
  }

  /** The numbers of the pages, in the order in which these were added. */
  numbers(): Iterable<number> {
    return this.indices.keys();
  }

  /** Adds an empty page. @returns where it is */
  add(number: number): number {
    const index = this.indices.size;
    if ((index + 1) * this.pageWords > this.words.length) {
      const larger = new Uint32Array(2 * this.words.length);
      larger.set(this.words);
      this.words = larger;
    }
    this.indices.set(number, index);
    return index;
  }

  /** Makes the oldest page an empty one of another number. @returns where it is */
  replaceOldest(number: number): number {
    const [[oldest, index]] = this.indices;
    this.indices.delete(oldest);
    this.words.fill(0, index * this.pageWords, (index + 1) * this.pageWords);
    this.indices.set(number, index);
    return index;
  }
}

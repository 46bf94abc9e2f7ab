/** Pulse ids of a page; its number is the pulse id divided by this. */
const PAGE_IDS = 4096;
const PAGE_WORDS = PAGE_IDS / 32;
/** Pages that one step of a pulse id's upper 32 bits is worth. */
const PAGES_PER_HIGH = 2 ** 32 / PAGE_IDS;

/** 80 MB; pulse ids of a measurement lie in a few stretches, and a page is 41 s of them at 100 Hz. */
const MOST_PAGES = 65_536;

interface Page {
  readonly number: number;
  /** Bit i is set when the page's pulse id i is in the set. */
  readonly words: Uint32Array;
  /** Pulse ids of the set before each word, counted from the set's beginning. */
  readonly before: Uint32Array;
}

/** Pulse ids more widely scattered than those of any measurement. */
export class ScatteredPulseIds extends Error {
  override readonly name = 'ScatteredPulseIds';
  readonly code = 'pulse_ids_scattered';

  constructor() {
    super(`pulse ids lie in more than ${MOST_PAGES} places: use the compact format`);
  }
}

/**
 * The sorted union of pulse ids, as bits in pages: 10 million pulse ids in a row take 3 MB.
 *
 * Works on the halves of the 64-bit numbers, which is exact for all of them and makes no BigInt.
 */
export class PulseIdSet {
  private readonly pages = new Map<number, Page>();
  private sorted: Page[] = [];
  private count = 0;

  /** Number of pulse ids, after `seal`. */
  get size(): number {
    return this.count;
  }

  /** @throws ScatteredPulseIds */
  add(pulseIds: BigInt64Array, count: number): void {
    const halves = halvesOf(pulseIds, count);
    let page: Page | undefined;
    for (let i = 0; i < 2 * count; i += 2) {
      const number = pageNumber(halves[i], halves[i + 1]);
      if (page?.number !== number) page = this.pages.get(number) ?? this.newPage(number);
      page.words[(halves[i] >>> 5) % PAGE_WORDS] |= 1 << (halves[i] & 31);
    }
  }

  /** No more pulse ids: those in the set get their rows. */
  seal(): void {
    this.sorted = [...this.pages.values()].sort((a, b) => a.number - b.number);
    this.count = 0;
    for (const { words, before } of this.sorted) {
      for (let word = 0; word < PAGE_WORDS; word++) {
        before[word] = this.count;
        this.count += bitCount(words[word]);
      }
    }
  }

  /** Rows of pulse ids in the sealed union, into `rows`; they all have to be in it. */
  rowsOf(pulseIds: BigInt64Array, count: number, rows: Uint32Array): void {
    const halves = halvesOf(pulseIds, count);
    let page: Page | undefined;
    for (let i = 0; i < count; i++) {
      const low = halves[2 * i];
      const number = pageNumber(low, halves[2 * i + 1]);
      if (page?.number !== number) page = this.pages.get(number);
      if (page === undefined) throw new Error('pulse id is not in the set');
      const word = (low >>> 5) % PAGE_WORDS;
      const lower = (1 << (low & 31)) - 1;
      rows[i] = page.before[word] + bitCount(page.words[word] & lower);
    }
  }

  /** Pulse ids of `count` rows from `row` on, into `target`. */
  read(row: number, count: number, target: BigInt64Array): void {
    const halves = halvesOf(target, count);
    let index = this.pageOfRow(row);
    for (let done = 0; done < count; index++) {
      const { number, words, before } = this.sorted[index];
      const high = Math.floor(number / PAGES_PER_HIGH);
      const low = (number - high * PAGES_PER_HIGH) * PAGE_IDS;
      for (let word = 0; word < PAGE_WORDS && done < count; word++) {
        let bits = words[word];
        for (let skip = row + done - before[word]; skip > 0 && bits !== 0; skip--) bits &= bits - 1;
        for (; bits !== 0 && done < count; done++) {
          const bit = 31 - Math.clz32(bits & -bits);
          halves[2 * done] = low + word * 32 + bit;
          halves[2 * done + 1] = high;
          bits &= bits - 1;
        }
      }
    }
  }

  private newPage(number: number): Page {
    if (this.pages.size === MOST_PAGES) throw new ScatteredPulseIds();
    const page = {
      number,
      words: new Uint32Array(PAGE_WORDS),
      before: new Uint32Array(PAGE_WORDS),
    };
    this.pages.set(number, page);
    return page;
  }

  /** Index of the last page that begins at the row or before. */
  private pageOfRow(row: number): number {
    let low = 0;
    let high = this.sorted.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.sorted[middle].before[0] <= row) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** Low and high half of each number in turn; `low` is seen as signed, which its users allow for. */
function halvesOf(numbers: BigInt64Array, count: number): Int32Array {
  return new Int32Array(numbers.buffer, numbers.byteOffset, 2 * count);
}

function pageNumber(low: number, high: number): number {
  return high * PAGES_PER_HIGH + Math.floor((low >>> 0) / PAGE_IDS);
}

function bitCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

import { BitPages } from '../../rows/bit-pages.js';

/** Pulse ids of a page; its number is the pulse id divided by this. */
const PAGE_IDS = 1024;
const PAGE_WORDS = PAGE_IDS / 32;
/** Pages that one step of a pulse id's upper 32 bits is worth. */
const PAGES_PER_HIGH = 2 ** 32 / PAGE_IDS;

/** 25 MB; pulse ids of a measurement lie in a few stretches, and a page is 10 s of them at 100 Hz. */
const MAX_PAGES = 131_072;

/** Pulse ids more widely scattered than those of any measurement. */
export class ScatteredPulseIds extends Error {
  override readonly name = 'ScatteredPulseIds';
  readonly code = 'pulse_ids_scattered';

  constructor() {
    super(`pulse ids lie in more than ${MAX_PAGES} places: use the compact format`);
  }
}

/**
 * The sorted union of pulse ids, as bits in pages: 10 million pulse ids in a row take 2 MB.
 *
 * Works on the halves of the 64-bit numbers, which is exact for all of them and makes no BigInt.
 */
export class PulseIdSet {
  private readonly pages = new BitPages(PAGE_WORDS);
  /** After `seal`: numbers of the pages in order, and pulse ids of the set before each of them. */
  private sorted = new Float64Array(0);
  private before = new Uint32Array(0);
  /** Place of each page in these. */
  private places = new Uint32Array(0);
  private count = 0;

  /** Number of pulse ids, after `seal`. */
  get size(): number {
    return this.count;
  }

  /** @throws ScatteredPulseIds */
  add(pulseIds: BigInt64Array, count: number): void {
    const { pages } = this;
    const halves = halvesOf(pulseIds, count);
    let current = NaN;
    let first = 0;
    for (let i = 0; i < 2 * count; i += 2) {
      const number = pageNumber(halves[i], halves[i + 1]);
      if (number !== current) {
        first = (pages.indexOf(number) ?? this.newPage(number)) * PAGE_WORDS;
        current = number;
      }
      pages.words[first + wordOf(halves[i])] |= 1 << (halves[i] & 31);
    }
  }

  /** No more pulse ids: those in the set get their rows. */
  seal(): void {
    const { pages } = this;
    this.sorted = Float64Array.from(pages.numbers()).sort();
    this.before = new Uint32Array(pages.size);
    this.places = new Uint32Array(pages.size);
    this.count = 0;
    for (const [place, number] of this.sorted.entries()) {
      const index = pages.indexOf(number)!;
      this.places[index] = place;
      this.before[place] = this.count;
      const first = index * PAGE_WORDS;
      for (let i = first; i < first + PAGE_WORDS; i++) this.count += bitCount(pages.words[i]);
    }
  }

  /** Rows of pulse ids in the sealed union, into `rows`; they all have to be in it. */
  rowsOf(pulseIds: BigInt64Array, count: number, rows: Uint32Array): void {
    const { words } = this.pages;
    const halves = halvesOf(pulseIds, count);
    let current = NaN;
    let index = 0;
    // Pulse ids of the set before a word of the page.
    let word = 0;
    let before = 0;
    for (let i = 0; i < count; i++) {
      const low = halves[2 * i];
      const number = pageNumber(low, halves[2 * i + 1]);
      const wanted = wordOf(low);
      if (number !== current) index = this.indexOf(number);
      if (number !== current || wanted < word) {
        before = this.before[this.places[index]];
        word = 0;
        current = number;
      }
      const first = index * PAGE_WORDS;
      for (; word < wanted; word++) before += bitCount(words[first + word]);
      const lower = (1 << (low & 31)) - 1;
      rows[i] = before + bitCount(words[first + word] & lower);
    }
  }

  /** Pulse ids of `count` rows from `row` on, into `target`. */
  read(row: number, count: number, target: BigInt64Array): void {
    const { words } = this.pages;
    const halves = halvesOf(target, count);
    let place = this.placeOfRow(row);
    let skip = row - (this.before[place] ?? 0);
    for (let done = 0; done < count; place++) {
      const number = this.sorted[place];
      const first = this.indexOf(number) * PAGE_WORDS;
      const high = Math.floor(number / PAGES_PER_HIGH);
      const low = (number - high * PAGES_PER_HIGH) * PAGE_IDS;
      for (let word = 0; word < PAGE_WORDS && done < count; word++) {
        let bits = words[first + word];
        for (; skip > 0 && bits !== 0; skip--) bits &= bits - 1;
        for (; bits !== 0 && done < count; done++) {
          const bit = 31 - Math.clz32(bits & -bits);
          halves[2 * done] = low + word * 32 + bit;
          halves[2 * done + 1] = high;
          bits &= bits - 1;
        }
      }
    }
  }

  private newPage(number: number): number {
    if (this.pages.size === MAX_PAGES) throw new ScatteredPulseIds();
    return this.pages.add(number);
  }

  private indexOf(number: number): number {
    const index = this.pages.indexOf(number);
    if (index === undefined) throw new Error('pulse id is not in the set');
    return index;
  }

  /** Place of the last page that begins at the row or before. */
  private placeOfRow(row: number): number {
    let low = 0;
    let high = this.before.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.before[middle] <= row) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** Word of its page that a pulse id's bit is in, by the lower half. */
function wordOf(low: number): number {
  return (low >>> 5) % PAGE_WORDS;
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

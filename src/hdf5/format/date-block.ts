import { DATE_BYTES, DateText, SECOND_BYTES } from '../../rows/date-text.js';
import {
  makeEqualTextBlock,
  MIN_COLLECTION,
  ONE_USER,
  paddedWords,
  REFERENCE_SIZE,
} from './text-block.js';

/** `0000` to `9999`, each as the word that it is in memory. */
const FOUR_DIGITS = Int32Array.from({ length: 10_000 }, (_, n) => {
  return Buffer.from(String(n).padStart(4, '0'), 'latin1').readInt32LE();
});

/** Bytes of the head of a collection. */
const COLLECTION_HEAD = 16;
const [OBJECT_WORDS, REFERENCE_WORDS] = [4, REFERENCE_SIZE / 4];
const DATE_WORDS = paddedWords(DATE_BYTES);

/**
 * Puts the dates of times into `target` as `makeTextBlock` puts their texts, with no texts made before.
 *
 * @param times nanoseconds since the epoch
 * @param target in memory at a multiple of four
 * @returns bytes of the block; undefined where it does not fit
 */
export function makeDateBlock(times: BigInt64Array, target: Uint8Array): number | undefined {
  const dates = new DateWords(times);
  return makeEqualTextBlock(times.length, DATE_BYTES, target, (first, end, words, collection) =>
    dates.put(first, end, words, collection),
  );
}

/** Bytes of a block of so many dates at most. */
export function mostDateBytes(dates: number): number {
  const each = 4 * (REFERENCE_WORDS + OBJECT_WORDS + DATE_WORDS);
  // Some hundred of them share a collection.
  return dates * (each + 1) + MIN_COLLECTION;
}

/** Writes dates word by word: five before the fraction, two of digits, and what is left. */
class DateWords {
  private readonly times: Int32Array;
  private readonly text = new DateText();

  constructor(times: BigInt64Array) {
    this.times = new Int32Array(times.buffer, times.byteOffset, 2 * times.length);
  }

  /** Dates `first` to before `end` with their references, into the collection that lies at `collection`. */
  put(first: number, end: number, words: Int32Array, collection: number): void {
    for (let from = first; from < end;) {
      const to = this.endOfSecond(from, end);
      this.putSecond(from, to, words, collection, from - first);
      from = to;
    }
  }

  /** Turns to the second of a date. @returns the first one behind it that lies in another second */
  private endOfSecond(first: number, end: number): number {
    const { times, text } = this;
    text.turnTo(times[2 * first] >>> 0, times[2 * first + 1]);
    let i = first + 1;
    for (; i < end; i++) {
      const nanoseconds = text.since(times[2 * i] >>> 0, times[2 * i + 1]);
      if (nanoseconds < 0 || nanoseconds >= 1e9) break;
    }
    return i;
  }

  /** Dates `from` to before `to`, all of the second that was turned to; `before` is how many the collection has. */
  private putSecond(
    from: number,
    to: number,
    words: Int32Array,
    collection: number,
    before: number,
  ): void {
    const { times } = this;
    const { bytes } = this.text;
    const [s0, s1, s2, s3, s4] = [0, 4, 8, 12, 16].map((at) => bytes.readInt32LE(at));
    // `+02` behind a digit, `:00` and a zero behind that.
    const behind = bytes.readInt32LE(SECOND_BYTES + 8) & ~0xff;
    const last = bytes.readUIntLE(SECOND_BYTES + 12, 3);
    // Less than 2^30 lies between them: the lower words tell.
    const second = times[2 * from] - this.text.since(times[2 * from] >>> 0, times[2 * from + 1]);
    let reference = from * REFERENCE_WORDS;
    let at = (collection + COLLECTION_HEAD) / 4 + before * (OBJECT_WORDS + DATE_WORDS);
    for (let i = from, number = before + 1; i < to; i++, number++) {
      words[reference] = DATE_BYTES;
      words[reference + 1] = collection;
      words[reference + 2] = 0;
      words[reference + 3] = number;
      reference += REFERENCE_WORDS;
      const nanoseconds = (times[2 * i] - second) | 0;
      const upper = (nanoseconds / 100_000) | 0;
      const rest = (nanoseconds - Math.imul(100_000, upper)) | 0;
      const lower = (rest / 10) | 0;
      words[at] = ONE_USER | number;
      words[at + 1] = 0;
      words[at + 2] = DATE_BYTES;
      words[at + 3] = 0;
      words[at + 4] = s0;
      words[at + 5] = s1;
      words[at + 6] = s2;
      words[at + 7] = s3;
      words[at + 8] = s4;
      words[at + 9] = FOUR_DIGITS[upper];
      words[at + 10] = FOUR_DIGITS[lower];
      words[at + 11] = behind | (0x30 + rest - Math.imul(10, lower));
      words[at + 12] = last;
      words[at + 13] = 0;
      at += OBJECT_WORDS + DATE_WORDS;
    }
  }
}

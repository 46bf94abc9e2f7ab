import { copyText, type ViewedBytes, viewed } from './copy-text.js';

/*
 * Variable-length texts as the HDF5 File Format Specification 3.0 has them in a file. An element of the
 * dataset is a reference (VIII.B): length of the text, address of a collection of the global heap, number
 * of an object in it. A collection (III.E) is a header, then objects: a header each, and the text padded
 * to 8 bytes. What is left over is the object with number 0.
 */

/** Bytes of a reference. */
export const REFERENCE_SIZE = 16;
const REFERENCE = { length: 0, address: 4, object: 12 } as const;

const COLLECTION = { signature: 0, version: 4, size: 8, headerSize: 16 } as const;
const SIGNATURE = 0x4c4f_4347; // "GCOL"
const VERSION = 1;
const OBJECT = { number: 0, users: 2, reserved: 4, size: 8, headerSize: 16, alignment: 8 } as const;
/** In the first word of an object, beside its number. */
export const ONE_USER = 1 << 16;

/** HDF5 refuses smaller collections. */
export const MIN_COLLECTION = 4096;
/** Less would leave most of it empty. HDF5 has datasets share their collections. */
const LEAST_COLLECTED = MIN_COLLECTION / 2;
/** A reader of one text reads its whole collection. */
const USUAL_COLLECTION = 32_768;

const WORD = 2 ** 32;
const WORD_BYTES = 4;

/** Texts one after another, with nothing between them. */
export interface Texts {
  readonly bytes: Uint8Array;
  /** Where each ends in `bytes`; the first begins at 0. */
  readonly ends: Uint32Array;
}

/**
 * Puts texts into `target` as they are in a file: the references, then the collections. Addresses in
 * the block count from its beginning, see `moveReferences`.
 *
 * HDF5 itself takes texts one by one, in several times the time, into collections of 4 KiB.
 *
 * @param target in memory at a multiple of four
 * @returns bytes of the block, whole references' worth; undefined where it does not fit
 */
export function makeTextBlock(texts: Texts, target: Uint8Array): number | undefined {
  const { ends } = texts;
  const source = viewed(texts.bytes);
  const length = commonLength(ends);
  if (length !== undefined) {
    return makeEqualTextBlock(ends.length, length, target, (first, end, words, collection) =>
      putEqualTexts(source.view, length, first, end, words, collection),
    );
  }
  const block = viewed(target);
  return makeBlock(
    ends.length,
    block,
    (first) => collectionFrom(ends, first),
    (first, end, collection) => putTexts(source, ends, first, end, block, collection),
  );
}

/**
 * The same for texts of one length, by who puts texts `first` to before `end` with their references into the
 * collection that lies at `collection`: into the words of `target`, which are as the processor has them, and
 * so as the file has them, little-endian.
 */
export function makeEqualTextBlock(
  count: number,
  length: number,
  target: Uint8Array,
  put: (first: number, end: number, words: Int32Array, collection: number) => void,
): number | undefined {
  const words = new Int32Array(target.buffer, target.byteOffset, target.length >> 2);
  return makeBlock(
    count,
    viewed(target),
    (first) => equalTextsFrom(count, first, length),
    (first, end, collection) => put(first, end, words, collection),
  );
}

/** Bytes of a block at most, whatever the lengths of the single texts are. @param bytes of all of them */
export function mostBytes(texts: number, bytes: number): number {
  const each = REFERENCE_SIZE + OBJECT.headerSize + OBJECT.alignment;
  // Each might have a collection of its own.
  const collection = COLLECTION.headerSize + REFERENCE_SIZE;
  // The last one may be mostly empty, as may be one before a text too long for it.
  const emptied = 1 + bytes / (USUAL_COLLECTION - MIN_COLLECTION);
  return bytes + texts * (each + collection) + Math.ceil(emptied) * MIN_COLLECTION;
}

/** Whether there are enough texts for a collection of their own. @param bytes of all of them */
export function areEnoughTexts(texts: number, bytes: number): boolean {
  return COLLECTION.headerSize + texts * OBJECT.headerSize + bytes >= LEAST_COLLECTED;
}

/** Words that a text of so many bytes takes up. */
export function paddedWords(length: number): number {
  return roundedUp(length, OBJECT.alignment) / WORD_BYTES;
}

/** @param next which texts the collection gets that begins with text `first`, and the bytes that it needs */
function makeBlock(
  count: number,
  { view }: ViewedBytes,
  next: (first: number) => { end: number; bytes: number },
  put: (first: number, end: number, collection: number) => void,
): number | undefined {
  const room = view.byteLength;
  let at = count * REFERENCE_SIZE;
  for (let first = 0; first < count;) {
    const { end, bytes } = next(first);
    const size = roundedUp(Math.max(bytes, MIN_COLLECTION), REFERENCE_SIZE);
    if (at + size > room) return undefined;
    view.setUint32(at + COLLECTION.signature, SIGNATURE, true);
    view.setUint32(at + COLLECTION.version, VERSION, true);
    setSize(view, at + COLLECTION.size, size);
    put(first, end, at);
    putFreeSpace(view, at + bytes, size - bytes);
    first = end;
    at += size;
  }
  return at <= room ? at : undefined;
}

/**
 * Adds the address that a block has in its file to those of its references.
 *
 * @param references some of them, whole
 */
export function moveReferences(references: Uint8Array, address: number): void {
  const { view } = viewed(references);
  for (let at = REFERENCE.address; at < references.length; at += REFERENCE_SIZE) {
    setSize(view, at, sizeAt(view, at) + address);
  }
}

/** The length that all texts have, where they have one and are not too short to copy by words. */
function commonLength(ends: Uint32Array): number | undefined {
  const [length] = ends;
  if (length < WORD_BYTES) return undefined;
  for (let i = 1, end = length; i < ends.length; i++)
    if (ends[i] !== (end += length)) return undefined;
  return length;
}

/** How many texts the collection gets that begins with text `first`, and the bytes that it needs. */
function collectionFrom(ends: Uint32Array, first: number): { end: number; bytes: number } {
  let bytes = COLLECTION.headerSize;
  let start = first === 0 ? 0 : ends[first - 1];
  for (let i = first; i < ends.length; i++) {
    const more = OBJECT.headerSize + roundedUp(ends[i] - start, OBJECT.alignment);
    if (i > first && bytes + more > USUAL_COLLECTION) return { end: i, bytes };
    bytes += more;
    start = ends[i];
  }
  return { end: ends.length, bytes };
}

/** The same for texts of one length. */
function equalTextsFrom(
  texts: number,
  first: number,
  length: number,
): { end: number; bytes: number } {
  const each = OBJECT.headerSize + roundedUp(length, OBJECT.alignment);
  const most = Math.max(1, Math.floor((USUAL_COLLECTION - COLLECTION.headerSize) / each));
  const count = Math.min(most, texts - first);
  return { end: first + count, bytes: COLLECTION.headerSize + count * each };
}

/** Texts `first` to `end` with their references, those into the collection that lies at `collection`. */
function putTexts(
  source: ViewedBytes,
  ends: Uint32Array,
  first: number,
  end: number,
  block: ViewedBytes,
  collection: number,
): void {
  const { view } = block;
  let start = first === 0 ? 0 : ends[first - 1];
  let at = collection + COLLECTION.headerSize;
  for (let i = first; i < end; i++) {
    const length = ends[i] - start;
    const number = i - first + 1;

    const reference = i * REFERENCE_SIZE;
    view.setUint32(reference + REFERENCE.length, length, true);
    setSize(view, reference + REFERENCE.address, collection);
    view.setUint32(reference + REFERENCE.object, number, true);

    view.setUint16(at + OBJECT.number, number, true);
    view.setUint16(at + OBJECT.users, 1, true);
    view.setUint32(at + OBJECT.reserved, 0);
    setSize(view, at + OBJECT.size, length);
    at += OBJECT.headerSize;

    const to = at;
    at += roundedUp(length, OBJECT.alignment);
    if (length > 0) view.setFloat64(at - OBJECT.alignment, 0);
    copyText(source, start, ends[i], block, to);
    start = ends[i];
  }
}

/**
 * The same for texts of one length, as dates are: a third of the time, as nothing depends on the text.
 */
function putEqualTexts(
  source: DataView,
  length: number,
  first: number,
  end: number,
  words: Int32Array,
  collection: number,
): void {
  const whole = length & -WORD_BYTES;
  // What is left of the last word, by the word that ends where the text does.
  const rest = length - whole;
  const shift = 8 * (WORD_BYTES - rest);
  const padded = paddedWords(length);
  const behind = whole / WORD_BYTES;
  let reference = (first * REFERENCE_SIZE) / WORD_BYTES;
  let at = (collection + COLLECTION.headerSize) / WORD_BYTES;
  let from = first * length;
  for (let number = 1; number <= end - first; number++) {
    words[reference] = length;
    words[reference + 1] = collection;
    words[reference + 2] = 0;
    words[reference + 3] = number;
    reference += 4;

    words[at] = ONE_USER | number;
    words[at + 1] = 0;
    words[at + 2] = length;
    words[at + 3] = 0;
    at += 4;
    words[at + padded - 1] = 0;
    for (let k = 0; k < behind; k++) words[at + k] = source.getInt32(from + 4 * k, true);
    if (rest > 0) words[at + behind] = source.getInt32(from + length - WORD_BYTES, true) >>> shift;
    at += padded;
    from += length;
  }
}

function putFreeSpace(view: DataView, at: number, size: number): void {
  if (size >= OBJECT.headerSize) {
    setSize(view, at, 0);
    setSize(view, at + OBJECT.size, size);
  } else {
    for (let i = 0; i < size; i++) view.setUint8(at + i, 0);
  }
}

/** @param unit a power of two */
function roundedUp(size: number, unit: number): number {
  return (size + unit - 1) & -unit;
}

function sizeAt(view: DataView, at: number): number {
  return view.getUint32(at, true) + WORD * view.getUint32(at + 4, true);
}

function setSize(view: DataView, at: number, size: number): void {
  view.setUint32(at, size >>> 0, true);
  view.setUint32(at + 4, Math.floor(size / WORD), true);
}

import { copyText, viewed } from './copy-text.js';

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

/** HDF5 refuses smaller collections. */
export const MIN_COLLECTION = 4096;
/** A reader of one text reads its whole collection. */
const USUAL_COLLECTION = 32_768;

const WORD = 2 ** 32;

/** Texts one after another, each ended by a NUL. */
export interface EndedTexts {
  readonly bytes: Uint8Array;
  /** Where each begins in `bytes`, and where the last one's NUL ends: one more than texts. */
  readonly starts: Uint32Array;
}

/**
 * Puts texts into `target` as they are in a file: the references, then the collections. Addresses in
 * the block count from its beginning, see `moveReferences`.
 *
 * HDF5 itself takes texts one by one, in several times the time, into collections of 4 KiB.
 *
 * @returns bytes of the block, whole references' worth; undefined where it does not fit
 */
export function makeTextBlock(texts: EndedTexts, target: Uint8Array): number | undefined {
  const count = texts.starts.length - 1;
  const { view } = viewed(target);
  let at = count * REFERENCE_SIZE;
  for (let first = 0; first < count;) {
    const { end, bytes } = collectionFrom(texts.starts, first);
    const size = roundedUp(Math.max(bytes, MIN_COLLECTION), REFERENCE_SIZE);
    if (at + size > target.length) return undefined;
    view.setUint32(at + COLLECTION.signature, SIGNATURE, true);
    view.setUint32(at + COLLECTION.version, VERSION, true);
    setSize(view, at + COLLECTION.size, size);
    putTexts(texts, first, end, target, at);
    putFreeSpace(view, at + bytes, size - bytes);
    first = end;
    at += size;
  }
  return at <= target.length ? at : undefined;
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

/** How many texts the collection gets that begins with text `first`, and the bytes that it needs. */
function collectionFrom(starts: Uint32Array, first: number): { end: number; bytes: number } {
  let bytes = COLLECTION.headerSize;
  for (let i = first; i < starts.length - 1; i++) {
    const more = OBJECT.headerSize + roundedUp(starts[i + 1] - starts[i] - 1, OBJECT.alignment);
    if (i > first && bytes + more > USUAL_COLLECTION) return { end: i, bytes };
    bytes += more;
  }
  return { end: starts.length - 1, bytes };
}

/** Texts `first` to `end` with their references, those into the collection that lies at `collection`. */
function putTexts(
  { bytes, starts }: EndedTexts,
  first: number,
  end: number,
  target: Uint8Array,
  collection: number,
): void {
  const source = viewed(bytes);
  const block = viewed(target);
  const { view } = block;
  let at = collection + COLLECTION.headerSize;
  for (let i = first; i < end; i++) {
    const last = starts[i + 1] - 1;
    const length = last - starts[i];
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
    copyText(source, starts[i], last, block, to);
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

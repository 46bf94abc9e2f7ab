import { describe, expect, it } from 'vitest';
import { makeTextBlock, moveReferences, REFERENCE_SIZE } from './text-block.js';

/** Texts of these lengths. */
function textsOf(lengths: readonly number[]) {
  const texts = lengths.map((length, i) => Buffer.alloc(length, 97 + (i % 26)));
  for (const [i, text] of texts.entries()) text[text.length - 1] = i;
  const ends = new Uint32Array(lengths.length);
  for (const [i, length] of lengths.entries()) ends[i] = (ends[i - 1] ?? 0) + length;
  return { texts, bytes: Buffer.concat(texts), ends };
}

interface Reference {
  readonly length: number;
  readonly address: number;
  readonly object: number;
}

function referencesIn(block: Buffer, count: number): Reference[] {
  return Array.from({ length: count }, (_, i) => ({
    length: block.readUInt32LE(i * REFERENCE_SIZE),
    address: Number(block.readBigUInt64LE(i * REFERENCE_SIZE + 4)),
    object: block.readUInt32LE(i * REFERENCE_SIZE + 12),
  }));
}

/** The objects of a collection by number, read as the specification says; the free space as number 0. */
function objectsIn(block: Buffer, collection: number): Map<number, Buffer> {
  expect(block.toString('latin1', collection, collection + 8)).toBe('GCOL\x01\0\0\0');
  const end = collection + Number(block.readBigUInt64LE(collection + 8));
  expect(end).toBeLessThanOrEqual(block.length);
  const objects = new Map<number, Buffer>();
  for (let at = collection + 16; at + 16 <= end;) {
    const number = block.readUInt16LE(at);
    const size = Number(block.readBigUInt64LE(at + 8));
    objects.set(number, block.subarray(at + 16, at + (number === 0 ? 0 : 16) + size));
    if (number === 0) expect(at + size).toBe(end);
    else expect(block.readUInt16LE(at + 2)).toBe(1);
    at += number === 0 ? size : 16 + Math.ceil(size / 8) * 8;
  }
  return objects;
}

/** The block of the texts, made where other bytes were before. */
function blockOf(lengths: readonly number[], room = 4_000_000) {
  const { texts, bytes, ends } = textsOf(lengths);
  const target = Buffer.alloc(room, 0xff);
  const size = makeTextBlock({ bytes, ends }, target);
  return { texts, size, block: target.subarray(0, size), after: target.subarray(size) };
}

/** Index of the first pair that is not alike; -1 without one. */
function firstDifference<A, B>(
  found: readonly A[],
  wanted: readonly B[],
  alike: (a: A, b: B) => boolean,
): number {
  return wanted.findIndex((each, i) => !alike(found[i], each));
}

describe('makeTextBlock', () => {
  it.each([
    ['dates', Array.from({ length: 6000 }, () => 35)],
    ['texts of all lengths', Array.from({ length: 300 }, (_, i) => i)],
    ['nothing but empty texts', Array.from({ length: 5000 }, () => 0)],
    ['a text larger than a collection, between others', [3, 100_000, 5, 40_000, 32_736, 32_737]],
    ['one text', [35]],
    ['no text', []],
    ['dates, and one of them a digit longer', [...Array.from({ length: 2000 }, () => 35), 36]],
    ['texts of one length, larger than a collection', [40_000, 40_000, 40_000]],
    ...Array.from({ length: 14 }, (_, length): [string, number[]] => [
      `texts of ${length} bytes each`,
      Array.from({ length: 3000 }, () => length),
    ]),
    ['a collection with 8 bytes left', [4096 - 16 - 16 - 8]],
    ['a collection with room for an empty object', [4096 - 16 - 16 - 16]],
    ['a full collection', [4096 - 16 - 16]],
  ])('holds %s', (_case, lengths) => {
    const { texts, block, after } = blockOf(lengths);
    const collections = new Map<number, Map<number, Buffer>>();
    const found = referencesIn(block, texts.length).map(({ length, address, object }) => {
      const objects = collections.get(address) ?? objectsIn(block, address);
      collections.set(address, objects);
      return object > 0 && objects.get(object)!.length === length && objects.get(object);
    });
    expect(firstDifference(found, texts, (a, b) => a !== false && a?.equals(b) === true)).toBe(-1);
    expect(block.length % REFERENCE_SIZE).toBe(0);
    expect(after.equals(Buffer.alloc(after.length, 0xff))).toBe(true);
  });

  it('fills collections that a reader can take in one by one', () => {
    const references = referencesIn(blockOf(Array.from({ length: 6000 }, () => 35)).block, 6000);
    const collections = new Set(references.map(({ address }) => address));
    expect(collections.size).toBe(Math.ceil((6000 * 56) / (32_768 - 16)));
  });

  it('does not touch what is behind its room', () => {
    const lengths = Array.from({ length: 1000 }, () => 35);
    const { size } = blockOf(lengths);
    expect(blockOf(lengths, size).size).toBe(size);
    expect(blockOf(lengths, size! - 1).size).toBeUndefined();
    expect(blockOf(lengths, 1000 * REFERENCE_SIZE - 1).size).toBeUndefined();
  });
});

describe('moveReferences', () => {
  it.each([0, 2048, 2 ** 32 - 8, 2 ** 40 + 24])('adds an address, %i', (address) => {
    const { block } = blockOf([3, 40_000, 0]);
    const before = referencesIn(block, 3);
    moveReferences(block.subarray(0, 3 * REFERENCE_SIZE), address);
    expect(referencesIn(block, 3)).toEqual(
      before.map((each) => ({ ...each, address: each.address + address })),
    );
  });
});

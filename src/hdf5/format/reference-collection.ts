import { roundedUp } from './header-messages.js';
import { MIN_COLLECTION, REFERENCE_SIZE } from './text-block.js';

const SIGNATURE = 'GCOL\x01';
const HEAD = 16;
const OBJECT_HEAD = 16;
const ADDRESS = 8;

/** References of one object each that fit into a collection: their numbers have two bytes. */
export const MOST_REFERENCES = 1000;

/**
 * A collection of the global heap (HDF5 File Format Specification 3.0, III.E) whose objects are
 * references to other objects.
 *
 * @param addresses of the headers of these, up to `MOST_REFERENCES`
 */
export function referenceCollection(addresses: readonly number[]): Buffer {
  const used = HEAD + addresses.length * (OBJECT_HEAD + ADDRESS);
  const size = Math.max(MIN_COLLECTION, roundedUp(used + OBJECT_HEAD));
  const bytes = Buffer.alloc(size);
  bytes.write(SIGNATURE, 0, 'latin1');
  bytes.writeBigUInt64LE(BigInt(size), 8);
  for (const [i, address] of addresses.entries()) {
    const at = HEAD + i * (OBJECT_HEAD + ADDRESS);
    bytes.writeUInt16LE(i + 1, at);
    bytes.writeUInt16LE(1, at + 2);
    bytes.writeBigUInt64LE(BigInt(ADDRESS), at + 8);
    bytes.writeBigUInt64LE(BigInt(address), at + OBJECT_HEAD);
  }
  // What is left over is the object with number 0.
  bytes.writeBigUInt64LE(BigInt(size - used), used + 8);
  return bytes;
}

/** An element of variable length (VIII.B) with the one reference that is object `index` of a collection. */
export function oneReference(collection: number, index: number): Buffer {
  const element = Buffer.alloc(REFERENCE_SIZE);
  element.writeUInt32LE(1, 0);
  element.writeBigUInt64LE(BigInt(collection), 4);
  element.writeUInt32LE(index + 1, 12);
  return element;
}

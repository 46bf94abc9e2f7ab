import { roundedUp } from './header-messages.js';

const SIGNATURE = 'GCOL\x01';
const HEAD = 16;
const OBJECT_HEAD = 16;
/** HDF5 refuses smaller ones. */
export const LEAST_SIZE = 4096;

/** Bytes of a collection that some bytes need at least. */
export function collectionFor(size: number): number {
  return Math.max(LEAST_SIZE, HEAD + OBJECT_HEAD + roundedUp(size) + OBJECT_HEAD);
}

/** A collection of the global heap (III.E) that is being filled. */
export class HeapCollection {
  readonly bytes: Buffer;
  private used = HEAD;
  private count = 0;

  /** @param size see `collectionFor`; a multiple of eight */
  constructor(
    readonly address: number,
    size: number,
  ) {
    this.bytes = Buffer.alloc(size);
    this.bytes.write(SIGNATURE, 0, 'latin1');
    this.bytes.writeBigUInt64LE(BigInt(size), 8);
    this.noteFreeSpace();
  }

  /** @returns the number of the object with the bytes; undefined when it is full */
  add(object: Uint8Array): number | undefined {
    const size = OBJECT_HEAD + roundedUp(object.length);
    if (this.used + size + OBJECT_HEAD > this.bytes.length) return undefined;
    const at = this.used;
    this.count++;
    this.bytes.writeUInt16LE(this.count, at);
    this.bytes.writeUInt16LE(1, at + 2);
    this.bytes.writeBigUInt64LE(BigInt(object.length), at + 8);
    this.bytes.set(object, at + OBJECT_HEAD);
    this.used += size;
    this.noteFreeSpace();
    return this.count;
  }

  /** What is left over is the object with number 0. */
  private noteFreeSpace(): void {
    this.bytes.fill(0, this.used, this.used + 8);
    this.bytes.writeBigUInt64LE(BigInt(this.bytes.length - this.used), this.used + 8);
  }
}

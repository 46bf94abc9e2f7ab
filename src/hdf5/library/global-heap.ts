import { collectionFor, HeapCollection } from '../format/heap-collection.js';
import { DATATYPE, type Elements } from '../format/header-messages.js';
import { REFERENCE_SIZE } from '../format/text-block.js';
import type { FileTail } from './file-tail.js';

/** Of collections behind the first one, which is as small as it can be. */
const USUAL_SIZE = 32_768;

/** Elements of variable length at the end of a file: texts, as h5py writes and reads them, and references. */
export class GlobalHeap {
  private collection: HeapCollection | undefined;

  constructor(private readonly tail: FileTail) {}

  /** A text, a scalar. */
  text(value: string): Elements {
    return { ...this.texts([value]), shape: [] };
  }

  texts(values: readonly string[]): Elements {
    const elements = values.map((value) => {
      const bytes = Buffer.from(value);
      return this.element(bytes.length, bytes);
    });
    return { datatype: DATATYPE.text, shape: [values.length], bytes: Buffer.concat(elements) };
  }

  /** A list with one reference, for a dimension. @param address of the header of an object */
  reference(address: number): Elements {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt(address));
    return { datatype: DATATYPE.references, shape: [1], bytes: this.element(1, bytes) };
  }

  /** Writes what is in memory. */
  close(): void {
    if (this.collection) this.tail.write(this.collection.bytes, this.collection.address);
    this.collection = undefined;
  }

  /** @param length in its own units */
  private element(length: number, bytes: Uint8Array): Buffer {
    const element = Buffer.alloc(REFERENCE_SIZE);
    if (length === 0) return element;
    const { collection, object } = this.put(bytes);
    element.writeUInt32LE(length, 0);
    element.writeBigUInt64LE(BigInt(collection), 4);
    element.writeUInt32LE(object, 12);
    return element;
  }

  private put(bytes: Uint8Array): { collection: number; object: number } {
    const there = this.collection?.add(bytes);
    if (there !== undefined) return { collection: this.collection!.address, object: there };
    const least = collectionFor(bytes.length);
    const size = this.collection ? Math.max(least, USUAL_SIZE) : least;
    this.close();
    this.collection = new HeapCollection(this.tail.reserve(size), size);
    return { collection: this.collection.address, object: this.collection.add(bytes)! };
  }
}

import { findMessage, MESSAGE } from './object-header.js';
import { type ReadAt, readBytes, readerOf } from './read-bytes.js';

/** A chunk as it lies in the file. */
export interface RawChunk {
  /** Its first element's position in the dataset. */
  readonly offset: readonly number[];
  /** Bit i is set when filter i was not applied. */
  readonly filterMask: number;
  readonly bytes: Buffer<ArrayBuffer>;
}

const NODE_HEADER_SIZE = 24;
const ADDRESS_SIZE = 8;
const CHUNKED = 2;

/**
 * The chunks of a dataset as they lie in the file, filters not undone, in the order of their offsets.
 *
 * HDF5 has a call for that which h5wasm does not give. Knows version 3 of the layout message and the
 * B-tree of version 1 (HDF5 File Format Specification 3.0, IV.A.2.i and III.A.1), which is what files
 * with the version bounds of `OpenFile` have.
 *
 * @param fd of a file that HDF5 has written to the end
 * @param address of the dataset's object header
 * @throws Error when something else lies there
 */
export function* rawChunks(fd: number, address: number): Generator<RawChunk> {
  const read = readerOf(fd);
  const { data } = findMessage(read, address, MESSAGE.layout);
  if (data[0] !== 3 || data[1] !== CHUNKED) {
    throw new Error(`layout of version ${data[0]}, class ${data[1]}, not 3, ${CHUNKED}`);
  }
  // The element's own size counts as a dimension.
  const dimensions = data[2];
  const root = data.readBigUInt64LE(3);
  if (root !== 0xffff_ffff_ffff_ffffn) yield* chunksBelow(read, Number(root), dimensions);
}

function* chunksBelow(read: ReadAt, address: number, dimensions: number): Generator<RawChunk> {
  const header = readBytes(read, address, NODE_HEADER_SIZE);
  if (header.toString('latin1', 0, 4) !== 'TREE' || header[4] !== 1) {
    throw new Error(`no B-tree of chunks at ${address}`);
  }
  const isLeaf = header[5] === 0;
  const count = header.readUInt16LE(6);
  const keySize = 8 + 8 * dimensions;
  const entrySize = keySize + ADDRESS_SIZE;
  const entries = readBytes(read, address + NODE_HEADER_SIZE, count * entrySize);
  for (let at = 0; at < entries.length; at += entrySize) {
    const child = Number(entries.readBigUInt64LE(at + keySize));
    if (!isLeaf) {
      yield* chunksBelow(read, child, dimensions);
      continue;
    }
    yield {
      offset: Array.from({ length: dimensions - 1 }, (_, i) =>
        Number(entries.readBigUInt64LE(at + 8 + 8 * i)),
      ),
      filterMask: entries.readUInt32LE(at + 4),
      bytes: readBytes(read, child, entries.readUInt32LE(at)),
    };
  }
}

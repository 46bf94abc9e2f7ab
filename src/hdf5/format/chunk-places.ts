import { findMessage, MESSAGE } from './object-header.js';
import { type ReadAt, readBytes } from './read-bytes.js';

/** Where a chunk lies in the file. */
export interface ChunkPlace {
  /** Its first element's position in the dataset. */
  readonly offset: readonly number[];
  /** Bit i is set when filter i was not applied. */
  readonly filterMask: number;
  readonly address: number;
  readonly bytes: number;
}

/** The file is of a version of HDF5's format that is not read here: nothing is wrong with it. */
export class LaterFormat extends Error {
  override readonly name = 'LaterFormat';
}

/** Rows of a dataset, i.e. positions on its first axis: from `start` on, up to and without `end`. */
export interface Rows {
  readonly start: number;
  readonly end: number;
}

const NODE_HEADER_SIZE = 24;
const ADDRESS_SIZE = 8;
const CHUNKED = 2;
const NONE = 0xffff_ffff_ffff_ffffn;
/** More than any file has. It also ends what goes round in a circle. */
const MAX_LEVELS = 32;

/**
 * The chunks of a dataset that begin in some of its rows, or before them without ending there, in the order of
 * their offsets; chunks that were never written are left out.
 *
 * HDF5 has a call for that which h5wasm does not give. Knows version 3 of the layout message and the
 * B-tree of version 1 (HDF5 File Format Specification 3.0, IV.A.2.i and III.A.1), which is what files
 * with the version bounds of `OpenFile` have.
 *
 * @param address of the dataset's object header
 * @throws LaterFormat; Error when something else lies there
 */
export function* chunkPlaces(
  read: ReadAt,
  address: number,
  rows: Rows = { start: 0, end: Infinity },
): Generator<ChunkPlace> {
  if (readBytes(read, address, 4).toString('latin1') === 'OHDR') {
    throw new LaterFormat('object header of version 2');
  }
  const { data } = findMessage(read, address, MESSAGE.layout);
  if (data[0] > 3) throw new LaterFormat(`layout of version ${data[0]}`);
  if (data[0] !== 3 || data[1] !== CHUNKED) {
    throw new Error(`layout of version ${data[0]}, class ${data[1]}, not 3, ${CHUNKED}`);
  }
  // The element's own size counts as a dimension.
  const dimensions = data[2];
  const root = data.readBigUInt64LE(3);
  if (root !== NONE) yield* placesBelow(read, Number(root), dimensions, rows, MAX_LEVELS);
}

function* placesBelow(
  read: ReadAt,
  address: number,
  dimensions: number,
  rows: Rows,
  levels: number,
): Generator<ChunkPlace> {
  const header = readBytes(read, address, NODE_HEADER_SIZE);
  if (header.toString('latin1', 0, 4) !== 'TREE' || header[4] !== 1 || levels === 0) {
    throw new Error(`no B-tree of chunks at ${address}`);
  }
  const isLeaf = header[5] === 0;
  const count = header.readUInt16LE(6);
  const keySize = 8 + 8 * dimensions;
  const entrySize = keySize + ADDRESS_SIZE;
  const entries = readBytes(read, address + NODE_HEADER_SIZE, count * entrySize + keySize);
  const rowAt = (at: number) => Number(entries.readBigUInt64LE(at + 8));
  for (let at = 0; at < count * entrySize; at += entrySize) {
    if (rowAt(at) >= rows.end) return;
    // All in this one are before what the next key says, or in the same row.
    if (rowAt(at + entrySize) < rows.start) continue;
    const child = Number(entries.readBigUInt64LE(at + keySize));
    if (!isLeaf) {
      yield* placesBelow(read, child, dimensions, rows, levels - 1);
      continue;
    }
    yield {
      offset: Array.from({ length: dimensions - 1 }, (_, i) =>
        Number(entries.readBigUInt64LE(at + 8 + 8 * i)),
      ),
      filterMask: entries.readUInt32LE(at + 4),
      address: child,
      bytes: entries.readUInt32LE(at),
    };
  }
}

import { chunkPlaces } from './chunk-places.js';
import { readBytes, readerOf } from './read-bytes.js';

/** A chunk as it lies in the file. */
export interface RawChunk {
  /** Its first element's position in the dataset. */
  readonly offset: readonly number[];
  /** Bit i is set when filter i was not applied. */
  readonly filterMask: number;
  readonly bytes: Buffer<ArrayBuffer>;
}

/**
 * The chunks of a dataset as they lie in the file, filters not undone, in the order of their offsets; see
 * {@link chunkPlaces}.
 *
 * @param fd of a file that HDF5 has written to the end
 * @param address of the dataset's object header
 * @throws Error when something else lies there
 */
export function* rawChunks(fd: number, address: number): Generator<RawChunk> {
  const read = readerOf(fd);
  for (const { offset, filterMask, address: at, bytes } of chunkPlaces(read, address)) {
    yield { offset, filterMask, bytes: readBytes(read, at, bytes) };
  }
}

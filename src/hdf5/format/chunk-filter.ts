/** The filter that HDF5 applies to each chunk of a dataset. */
export interface ChunkFilter {
  /** HDF5's number of the filter. */
  readonly id: number;
  readonly options: readonly number[];
}

/** Number that The HDF Group gave to bitshuffle. */
export const BITSHUFFLE = 32008;
const DEFLATE = 1;
const LZ4 = 2;

/** @param level 1 to 9 */
export function gzipFilter(level: number): ChunkFilter {
  return { id: DEFLATE, options: [level] };
}

/**
 * Bitshuffle with LZ4 as bitshuffle 0.3 describes itself: its version, the size of an element, the
 * block size left to it (each chunk says it again), LZ4.
 */
export function bitshuffleFilter(elementBytes: number): ChunkFilter {
  return { id: BITSHUFFLE, options: [0, 3, elementBytes, 0, LZ4] };
}

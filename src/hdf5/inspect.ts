import type { Hdf5Library } from './hdf5-library.js';

/** One dataset of a file, for people and for tests. */
export interface DatasetSummary {
  /** E.g. `/data/X/pulse_id`. */
  readonly path: string;
  readonly shape: readonly number[];
  /** `int64`, `float32`, `bool` (h5py's enum), `string` (variable length), `string[5]` (fixed length). */
  readonly type: string;
  /** Up to three first values as text. */
  readonly first: readonly string[];
  /** Rows of a chunk and what follows; null when contiguous. */
  readonly chunks: readonly number[] | null;
}

export type ReadAttribute = string | number | bigint | readonly (string | number | bigint)[];

export interface FileSummary {
  /** Every group, parents first. */
  readonly groups: readonly {
    readonly path: string;
    readonly attributes: Readonly<Record<string, ReadAttribute>>;
  }[];
  readonly datasets: readonly DatasetSummary[];
}

/** Lists what is in the file. @throws Hdf5Failure when it can't be read */
export function inspectFile(library: Hdf5Library, path: string): FileSummary {
  throw new Error(`not written yet: ${path} ${library.needsFreshThread}`);
}

/** Values of one dataset, flat, in C order; bools as int8 0 and 1, strings as text. */
export function readDataset(
  library: Hdf5Library,
  path: string,
  dataset: string,
): ArrayLike<number | bigint | string> {
  throw new Error(`not written yet: ${path} ${dataset} ${library.needsFreshThread}`);
}

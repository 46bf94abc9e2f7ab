import type { ReadAttribute } from './read-attribute.js';
import { Dataset, Group } from 'h5wasm/node';
import { isBitshuffled, readBitshuffled } from './bitshuffled-dataset.js';
import type { Hdf5Library } from '../library/hdf5-library.js';
import { type DatasetValues, attributesOf, valuesOf, withFile } from './read-file.js';
import { typeName } from './type-name.js';

/** One dataset of a file, for people and for tests. */
export interface DatasetSummary {
  /** E.g. `/data/X/pulse_id`. */
  readonly path: string;
  readonly shape: readonly number[];
  /** `int64`, `float32`, `bool` (h5py's), `string` (variable length), `string[5]` (fixed length). */
  readonly type: string;
  /** Up to three first values as text. */
  readonly first: readonly string[];
  /** Shape of the chunks; null when contiguous. */
  readonly chunks: readonly number[] | null;
}

/** A group and its attributes, as JSON has them; whole numbers beyond 2^53 stay exact. */
export interface GroupSummary {
  readonly path: string;
  readonly attributes: Readonly<Record<string, ReadAttribute>>;
}

export interface FileSummary {
  /** The root first, parents before children. */
  readonly groups: readonly GroupSummary[];
  readonly datasets: readonly DatasetSummary[];
}

const SHOWN_VALUES = 3;

/** Lists what is in a file. @throws Hdf5Failure when it can't be read */
export function inspectFile(library: Hdf5Library, path: string): FileSummary {
  return withFile(library, path, (file) => {
    const groups: GroupSummary[] = [];
    const datasets: DatasetSummary[] = [];
    const visit = (group: Group, groupPath: string): void => {
      groups.push({ path: groupPath, attributes: attributesOf(group) });
      for (const name of group.keys()) {
        const child = group.get(name);
        const childPath = `${groupPath === '/' ? '' : groupPath}/${name}`;
        if (child instanceof Group) visit(child, childPath);
        else if (child instanceof Dataset) datasets.push(summaryOf(path, child, childPath));
      }
    };
    visit(file, '/');
    return { groups, datasets };
  });
}

/**
 * All values of one dataset, flat, the last dimension fastest; bools as 0 and 1. Compressed images are
 * unpacked here, for which HDF5 has no filter.
 *
 * @throws Hdf5Failure when it is missing or can't be read
 */
export function readDataset(library: Hdf5Library, path: string, dataset: string): DatasetValues {
  return withFile(library, path, (file) => {
    const found = file.get(dataset);
    if (!(found instanceof Dataset)) throw new Error(`there is no dataset ${dataset}`);
    if (!isBitshuffled(found)) return valuesOf(found.value);
    return readBitshuffled(path, found, found.metadata.shape?.[0] ?? 0);
  });
}

function summaryOf(file: string, dataset: Dataset, path: string): DatasetSummary {
  const { metadata } = dataset;
  const shape = metadata.shape ?? [];
  return {
    path,
    shape,
    type: typeName(metadata),
    first: firstValues(file, dataset, shape),
    chunks: metadata.chunks,
  };
}

function firstValues(file: string, dataset: Dataset, shape: readonly number[]): string[] {
  if (shape.includes(0)) return [];
  const values = isBitshuffled(dataset)
    ? readBitshuffled(file, dataset, 1)
    : cornerOf(dataset, shape);
  return Array.from({ length: Math.min(SHOWN_VALUES, values.length) }, (_, i) => String(values[i]));
}

function cornerOf(dataset: Dataset, shape: readonly number[]): DatasetValues {
  // The corner of the dataset that surely has the first values, and not much more.
  const corner = shape.map((length): [number, number] => [0, Math.min(length, SHOWN_VALUES)]);
  return valuesOf(shape.length === 0 ? dataset.value : dataset.slice(corner));
}

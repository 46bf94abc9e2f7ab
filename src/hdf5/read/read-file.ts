import { type Dataset, File, type Group } from 'h5wasm/node';
import type { Hdf5Library } from '../library/hdf5-library.js';
import type { ReadAttribute } from './read-attribute.js';

export type DatasetValues = ArrayLike<number | bigint | string>;

/** Opens a file for reading while `action` lasts. @throws Hdf5Failure when it can't be read */
export function withFile<T>(library: Hdf5Library, path: string, action: (file: File) => T): T {
  return library.call(path, 'hdf5_read_failed', () => {
    const file = new File(path, 'r');
    try {
      return action(file);
    } finally {
      file.close();
    }
  });
}

/** The attributes of a file's root group. @throws Hdf5Failure when it can't be read */
export function readRootAttributes(
  library: Hdf5Library,
  path: string,
): Readonly<Record<string, ReadAttribute>> {
  return withFile(library, path, attributesOf);
}

export function attributesOf(group: Group): Record<string, ReadAttribute> {
  return Object.fromEntries(
    Object.entries(group.attrs).map(([name, { shape, value }]) => {
      const values = valuesOf(value);
      const plain = Array.from(values, (item) =>
        typeof item === 'bigint' && Number.isSafeInteger(Number(item)) ? Number(item) : item,
      );
      return [name, shape?.length === 0 ? plain[0] : plain];
    }),
  );
}

/** Rows from `start` on, up to and without `end`, of a dataset with one dimension. */
export function rowsOf(dataset: Dataset, start: number, end: number): DatasetValues {
  return valuesOf(dataset.slice([[start, end]]));
}

/** Values that h5wasm read, as a flat list: it returns scalars as single values. */
export function valuesOf(value: unknown): DatasetValues {
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return value as unknown as DatasetValues;
  return [value as number | bigint | string];
}

import type { Metadata } from 'h5wasm/node';

const INTEGER = 0;
const FLOAT = 1;
const STRING = 3;
const ENUM = 8;

/**
 * The name of a dataset's type: as the data API names it where it does, `bool` for h5py's, else
 * `string[5]`, `int16 big endian`, `HDF5 class 6`.
 */
export function typeName({ type, size, signed, vlen, enum_type, littleEndian }: Metadata): string {
  if (type === STRING) return vlen ? 'string' : `string[${size}]`;
  if (type === ENUM && enum_type?.members['FALSE'] === 0 && enum_type.members['TRUE'] === 1)
    return 'bool';
  const order = littleEndian || size === 1 ? '' : ' big endian';
  if (type === INTEGER) return `${signed ? 'int' : 'uint'}${8 * size}${order}`;
  if (type === FLOAT) return `float${8 * size}${order}`;
  return `HDF5 class ${type}`;
}

import type { Metadata } from 'h5wasm/node';
import type { BrowsedFile } from './browsed-file.js';
import { type Value, decodeValues, nested } from './decode-values.js';
import { type DescribedType, describeType, isVariable } from './described-type.js';
import { BadQuestion, NotReadableHere } from './errors.js';
import { typeInMemory } from './type-in-memory.js';
import { refuseUnreadable } from './elements.js';

const MIB = 1024 * 1024;
/** Bytes of an attribute at most: it can only be read as a whole. */
const LARGEST_BYTES = 16 * MIB;

/** An attribute without its value. */
export interface DescribedAttribute {
  readonly name: string;
  /** Null where it has no value at all. */
  readonly shape: readonly number[] | null;
  readonly type: DescribedType;
}

/** The attributes of an object. @throws Hdf5Failure */
export function describeAttributes(file: BrowsedFile, path: string): DescribedAttribute[] {
  return file.attributeNames(path).map((name) => {
    const type = file.attributeAt(path, name);
    return { name, shape: type.shape, type: describeType(type) };
  });
}

/**
 * Values of an object's attributes, lists in lists where they have dimensions. Null for one without a value.
 *
 * @param names of those that are wanted; all of them where it is left out
 * @throws BadQuestion where it lacks one; NotReadableHere for one whose value can't be read; Hdf5Failure
 */
export function attributeValues(
  file: BrowsedFile,
  path: string,
  names?: readonly string[],
): Record<string, Value> {
  const there = file.attributeNames(path);
  const missing = names?.find((name) => !there.includes(name));
  if (missing !== undefined) {
    throw new BadQuestion(`attr_keys: ${path} has no attribute '${missing.slice(0, 100)}'.`);
  }
  return Object.fromEntries((names ?? there).map((name) => [name, valueOf(file, path, name)]));
}

/** The value of an attribute; undefined where there is none. @throws NotReadableHere; Hdf5Failure */
export function attributeValue(file: BrowsedFile, path: string, name: string): Value | undefined {
  return file.attributeNames(path).includes(name) ? valueOf(file, path, name) : undefined;
}

function valueOf(file: BrowsedFile, path: string, name: string): Value {
  const type = file.attributeAt(path, name);
  const { shape, size, total_size: count } = type;
  if (shape === null) return null;
  const label = `The attribute '${name.slice(0, 100)}' of ${path}`;
  refuseUnreadable(label, type);
  if (size * count > LARGEST_BYTES) {
    const reason = `it has ${size * count} bytes, and ${LARGEST_BYTES / MIB} MiB are the most.`;
    throw new NotReadableHere(label, `${reason} Name others by attr_keys.`);
  }
  const values = read(file, path, name, type);
  return nested(shape, (i) => values[i] ?? null);
}

function read(file: BrowsedFile, path: string, name: string, type: Metadata): Value[] {
  const length = type.size * type.total_size;
  return file.call((h5, id) => {
    const pointer = h5._malloc(Math.max(1, length));
    if (pointer === 0) throw new Error(`no memory for ${length} bytes in HDF5's heap`);
    const at = BigInt(pointer);
    h5.HEAPU8.fill(0, pointer, pointer + length);
    try {
      if (h5.get_attribute_data(id, path, name, at) < 0) throw new Error(`HDF5 can't read ${name}`);
      return decodeValues(h5.HEAPU8.slice(pointer, pointer + length), typeInMemory(type), h5);
    } finally {
      if (isVariable(type)) h5.reclaim_vlen_memory(id, path, name, at);
      h5._free(pointer);
    }
  });
}

import {
  type NumericArray,
  type NumericType,
  bytesPerElement,
  newNumericArray,
} from '../../encoding/element-type.js';
import type { ByteOrder } from './bsread-message.js';

/** Names of DataView's accessors for each type. */
const ACCESSORS = {
  int8: 'Int8',
  int16: 'Int16',
  int32: 'Int32',
  int64: 'BigInt64',
  uint8: 'Uint8',
  uint16: 'Uint16',
  uint32: 'Uint32',
  uint64: 'BigUint64',
  float32: 'Float32',
  float64: 'Float64',
  bool: 'Uint8',
} as const satisfies Record<NumericType, string>;

/**
 * The elements of a value.
 *
 * @param bytes a whole number of elements
 */
export function readElements(
  bytes: Uint8Array,
  type: NumericType,
  encoding: ByteOrder,
): NumericArray | boolean[] {
  const size = bytesPerElement(type);
  const length = bytes.length / size;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  // The union of the accessors' signatures can't be called, one of them can.
  const get = `get${ACCESSORS[type]}` as 'getFloat64';
  const little = encoding === 'little';
  if (type === 'bool') return Array.from(bytes, (byte) => byte !== 0);
  const elements = newNumericArray(type, length);
  for (let i = 0; i < length; i++) elements[i] = view[get](i * size, little);
  return elements;
}

/**
 * The bytes of a value, or undefined if an element is not of the type: a fraction in an integer,
 * a number outside the range, another kind of value. float32 is rounded to the nearest.
 */
export function writeElements(
  elements: ArrayLike<unknown>,
  type: NumericType,
  encoding: ByteOrder,
): Buffer | undefined {
  const size = bytesPerElement(type);
  const bytes = Buffer.alloc(elements.length * size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const get = `get${ACCESSORS[type]}` as 'getFloat64';
  const set = `set${ACCESSORS[type]}` as 'setFloat64';
  const little = encoding === 'little';
  for (let i = 0; i < elements.length; i++) {
    const element = toElement(elements[i], type);
    if (element === undefined) return undefined;
    view[set](i * size, element as number, little);
    const isFloat = type === 'float32' || type === 'float64';
    if (!isFloat && view[get](i * size, little) !== element) return undefined;
  }
  return bytes;
}

function toElement(value: unknown, type: NumericType): number | bigint | undefined {
  if (type === 'bool') return typeof value === 'boolean' ? Number(value) : undefined;
  if (type !== 'int64' && type !== 'uint64') return typeof value === 'number' ? value : undefined;
  if (typeof value === 'bigint') return value;
  return Number.isSafeInteger(value) ? BigInt(value as number) : undefined;
}

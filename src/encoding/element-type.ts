/** Element types a channel can have, as the data API names them. */
export const ELEMENT_TYPES = [
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
  'float32',
  'float64',
  'bool',
  'string',
] as const;

export type ElementType = (typeof ELEMENT_TYPES)[number];

/** Element types whose values are numbers of a fixed size; bool is kept as int8 0 and 1. */
export type NumericType = Exclude<ElementType, 'string'>;

export type NumericArray =
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

type NumericArrayConstructor = new (
  buffer: ArrayBufferLike,
  byteOffset?: number,
  length?: number,
) => NumericArray;

const ARRAYS: Record<NumericType, NumericArrayConstructor & { BYTES_PER_ELEMENT: number }> = {
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  float32: Float32Array,
  float64: Float64Array,
  bool: Int8Array,
};

/** Size of one element in bytes. */
export function bytesPerElement(type: NumericType): number {
  return ARRAYS[type].BYTES_PER_ELEMENT;
}

/** A zeroed array of `length` elements of the type. */
export function newNumericArray(type: NumericType, length: number): NumericArray {
  return new ARRAYS[type](new ArrayBuffer(length * ARRAYS[type].BYTES_PER_ELEMENT));
}

/** The bytes of `buffer` seen as elements of the type; `byteOffset` must be a multiple of its size. */
export function viewNumericArray(
  type: NumericType,
  buffer: ArrayBufferLike,
  byteOffset: number,
  length: number,
): NumericArray {
  return new ARRAYS[type](buffer, byteOffset, length);
}

/** The element type of a name as servers spell it (any case, `bool8` included), or undefined. */
export function elementTypeOf(name: unknown): ElementType | undefined {
  if (typeof name !== 'string') return undefined;
  const lower = name.toLowerCase();
  if (lower === 'bool8' || lower === 'boolean') return 'bool';
  return ELEMENT_TYPES.find((type) => type === lower);
}

/** Whether servers name so the type of texts of one character: kept as strings. */
export function isCharacter(name: unknown): boolean {
  return typeof name === 'string' && name.toLowerCase() === 'character';
}

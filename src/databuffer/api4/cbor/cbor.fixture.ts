/** CBOR as tests write it: every item is its bytes. */
export type Cbor = Buffer;

const TWO_64 = 2n ** 64n;

/** The head of an item, in the shortest form or with an argument of so many bytes. */
export function head(major: number, argument: number | bigint, size = shortest(argument)): Cbor {
  const first = major << 5;
  if (size === 0) return Buffer.from([first | Number(argument)]);
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt.asUintN(64, BigInt(argument)));
  return Buffer.concat([Buffer.from([first | (24 + Math.log2(size))]), bytes.subarray(8 - size)]);
}

function shortest(argument: number | bigint): number {
  if (argument < 24) return 0;
  if (argument < 2 ** 8) return 1;
  if (argument < 2 ** 16) return 2;
  return argument < 2 ** 32 ? 4 : 8;
}

/** A whole number of up to 64 bits. */
export function int(value: number | bigint, size?: number): Cbor {
  const whole = BigInt(value);
  return whole < 0n ? head(1, -1n - whole, size) : head(0, whole, size);
}

/** A whole number of any size, as a tag and bytes. */
export function bignum(value: bigint): Cbor {
  let digits = (value < 0n ? -1n - value : value).toString(16);
  if (digits.length % 2 === 1) digits = `0${digits}`;
  return tag(value < 0n ? 3 : 2, bytes(Buffer.from(digits, 'hex')));
}

/** A float of 2, 4 or 8 bytes: the shortest that keeps the value, as ciborium does, or a given size. */
export function float(value: number, size?: 2 | 4 | 8): Cbor {
  const half = halfOf(value);
  const shortest = half !== undefined ? 2 : Object.is(Math.fround(value), value) ? 4 : 8;
  const length = size ?? (Number.isNaN(value) ? 2 : shortest);
  const encoded = Buffer.alloc(1 + length, 0xf9 + Math.log2(length) - 1);
  if (length === 2) encoded.writeUInt16BE(half ?? 0x7e00, 1);
  else if (length === 4) encoded.writeFloatBE(value, 1);
  else encoded.writeDoubleBE(value, 1);
  return encoded;
}

/** The bits of the half float that is exactly a value. */
function halfOf(value: number): number | undefined {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size === Infinity) return sign | 0x7c00;
  if (size === 0) return sign;
  const exponent = Math.max(Math.floor(Math.log2(size)), -14);
  const fraction = (size / 2 ** exponent) * 1024;
  if (exponent > 15 || !Number.isInteger(fraction)) return undefined;
  return fraction < 1024 ? sign | fraction : sign | ((exponent + 15) << 10) | (fraction - 1024);
}

export function text(value: string): Cbor {
  const content = Buffer.from(value);
  return Buffer.concat([head(3, content.length), content]);
}

export function bytes(content: Uint8Array): Cbor {
  return Buffer.concat([head(2, content.length), content]);
}

export function array(items: readonly Cbor[]): Cbor {
  return Buffer.concat([head(4, items.length), ...items]);
}

/** An array, or for `major` 2, 3 and 5 something else, that does not say how long it is. */
export function indefinite(items: readonly Cbor[], major = 4): Cbor {
  return Buffer.concat([Buffer.from([(major << 5) | 31]), ...items, Buffer.from([0xff])]);
}

export function tag(number: number, item: Cbor): Cbor {
  return Buffer.concat([head(6, number), item]);
}

export const bool = (value: boolean): Cbor => Buffer.from([value ? 0xf5 : 0xf4]);
export const NULL = Buffer.from([0xf6]);
export const UNDEFINED = Buffer.from([0xf7]);

/** A map, its keys in the order given. */
export function map(entries: Readonly<Record<string, Cbor>>): Cbor {
  const parts = Object.entries(entries).flatMap(([key, value]) => [text(key), value]);
  return Buffer.concat([head(5, parts.length / 2), ...parts]);
}

/** What a value is in CBOR: whole numbers as ints, others as floats, lists as arrays. */
export function encode(value: unknown): Cbor {
  if (Buffer.isBuffer(value)) return value;
  if (Array.isArray(value)) return array(value.map(encode));
  if (typeof value === 'bigint') return value >= TWO_64 ? bignum(value) : int(value);
  if (typeof value === 'string') return text(value);
  if (typeof value === 'boolean') return bool(value);
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) && !Object.is(value, -0) ? int(value) : float(value);
  }
  if (value === null) return NULL;
  const entries = Object.entries(value as object).map(([key, each]) => [key, encode(each)]);
  return map(Object.fromEntries(entries) as Record<string, Cbor>);
}

/** An item in a frame. @param length what the frame says that it has */
export function frame(item: Uint8Array, length = item.length): Buffer {
  const start = Buffer.alloc(16);
  start.writeUInt32LE(length);
  return Buffer.concat([start, item, Buffer.alloc((8 - (item.length % 8)) % 8)]);
}

export interface BatchFields {
  readonly scalar_type: string;
  readonly tss: unknown;
  readonly values: unknown;
  readonly pulses?: unknown;
  readonly valuestrings?: unknown;
}

/** A frame with rows, its keys in the server's order. Floats of a float channel may be whole. */
export function batch({ scalar_type, tss, values, pulses, valuestrings }: BatchFields): Buffer {
  const asFloats = scalar_type === 'f32' || scalar_type === 'f64';
  const fields = {
    ...(pulses !== undefined && { pulses: encode(pulses) }),
    scalar_type: encode(scalar_type),
    tss: encode(tss),
    values: encode(asFloats ? floats(values) : values),
    ...(valuestrings !== undefined && { valuestrings: encode(valuestrings) }),
  };
  return frame(map(fields));
}

function floats(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(floats);
  return typeof value === 'number' ? float(value) : value;
}

export const FINAL = frame(map({ rangeFinal: bool(true) }));
export const KEEPALIVE = frame(map({ type: text('keepalive') }));

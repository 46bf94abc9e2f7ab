import type { Metadata } from 'h5wasm/node';
import type { H5 } from '../library/h5.js';
import { CLASS, isBool } from './described-type.js';
import { halfFloat } from '../../encoding/half-float.js';

/** A value as JSON can have it; integers of 8 bytes are exact. */
export type Value = number | bigint | string | boolean | null | readonly Value[];

type DecodeOne = (at: number) => Value;

/**
 * The values of elements as they lie in HDF5's memory: numbers, bools, texts; lists for compounds, arrays and
 * sequences; base64 for opaque data. References don't say where they lead: to find a name HDF5 would
 * have to look through the file.
 *
 * @param bytes of whole elements
 * @param type as it is in memory, see {@link typeInMemory}
 * @param h5 whose memory has the texts and sequences that the bytes point to
 */
export function decodeValues(bytes: Uint8Array, type: Metadata, h5: H5): Value[] {
  const decode = decoderOf(type, bytes, h5);
  const count = type.size === 0 ? 0 : Math.floor(bytes.length / type.size);
  return Array.from({ length: count }, (_, i) => decode(i * type.size));
}

function decoderOf(type: Metadata, bytes: Uint8Array, h5: H5): DecodeOne {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { size } = type;
  switch (type.type) {
    case CLASS.integer:
    case CLASS.bitfield:
    case CLASS.time:
      return integerAt(view, type, type.type === CLASS.integer && type.signed);
    case CLASS.float:
      return floatAt(view, type);
    case CLASS.enumeration: {
      const value = integerAt(view, type, type.signed);
      return isBool(type) ? (at) => Number(value(at)) !== 0 : value;
    }
    case CLASS.string:
      if (type.vlen) return (at) => textAt(h5, view.getUint32(at, true));
      return (at) => fixedText(bytes.subarray(at, at + size), type.strpad);
    case CLASS.compound: {
      const members = type.compound_type!.members.map((member) => ({
        offset: member.offset,
        decode: decoderOf(member, bytes, h5),
      }));
      return (at) => members.map(({ offset, decode }) => decode(at + offset));
    }
    case CLASS.array: {
      const base = type.array_type!;
      const decode = decoderOf(base, bytes, h5);
      const dims = base.shape ?? [];
      return (at) => nested(dims, (i) => decode(at + i * base.size));
    }
    case CLASS.sequence: {
      const base = type.vlen_type!;
      return (at) => {
        const length = view.getUint32(at, true) * base.size;
        const from = view.getUint32(at + 4, true);
        return decodeValues(h5.HEAPU8.slice(from, from + length), base, h5);
      };
    }
    case CLASS.reference:
      return () => `<HDF5 ${type.ref_type ?? 'object'} reference>`;
    default:
      return (at) => Buffer.from(bytes.subarray(at, at + size)).toString('base64');
  }
}

function integerAt(
  view: DataView,
  { size, littleEndian: little }: Metadata,
  signed: boolean,
): DecodeOne {
  switch (size) {
    case 1:
      return signed ? (at) => view.getInt8(at) : (at) => view.getUint8(at);
    case 2:
      return signed ? (at) => view.getInt16(at, little) : (at) => view.getUint16(at, little);
    case 4:
      return signed ? (at) => view.getInt32(at, little) : (at) => view.getUint32(at, little);
    case 8:
      return signed ? (at) => view.getBigInt64(at, little) : (at) => view.getBigUint64(at, little);
    default:
      return () => null;
  }
}

function floatAt(view: DataView, { size, littleEndian: little }: Metadata): DecodeOne {
  switch (size) {
    case 2:
      return (at) => halfFloat(view.getUint16(at, little));
    case 4:
      return (at) => view.getFloat32(at, little);
    case 8:
      return (at) => view.getFloat64(at, little);
    default:
      return () => null;
  }
}

function textAt(h5: H5, pointer: number): string {
  if (pointer === 0) return '';
  const end = h5.HEAPU8.indexOf(0, pointer);
  return Buffer.from(h5.HEAPU8.subarray(pointer, end)).toString();
}

const NULL_TERMINATED = 0;
const SPACE_PADDED = 2;

function fixedText(bytes: Uint8Array, padding: number | undefined): string {
  let end = padding === NULL_TERMINATED ? bytes.indexOf(0) : bytes.length;
  if (end < 0) end = bytes.length;
  const pad = padding === SPACE_PADDED ? 0x20 : 0;
  while (end > 0 && bytes[end - 1] === pad) end--;
  return Buffer.from(bytes.subarray(0, end)).toString();
}

/** Lists in lists. @param element the i-th of all, the last dimension fastest */
export function nested(dims: readonly number[], element: (i: number) => Value): Value {
  const build = (axis: number, first: number, span: number): Value => {
    if (axis === dims.length) return element(first);
    const step = dims[axis] === 0 ? 0 : span / dims[axis];
    return Array.from({ length: dims[axis] }, (_, i) => build(axis + 1, first + i * step, step));
  };
  return build(
    0,
    0,
    dims.reduce((product, length) => product * length, 1),
  );
}

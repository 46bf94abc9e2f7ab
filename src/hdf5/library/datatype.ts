import { bytesPerElement, type NumericType } from '../../encoding/element-type.js';
import { DATATYPE } from '../format/header-messages.js';
import type { TypeDescription } from './h5.js';

/** How a datatype that h5wasm can't make gets into the file: see `patchHeaders`. */
export interface DatatypeChange {
  /** How the datatype message in the file begins. */
  readonly written: Uint8Array;
  /** Its new beginning; never longer than the message. */
  readonly wanted: Uint8Array;
}

/** The type of a dataset's elements. */
export interface Datatype {
  readonly description: TypeDescription;
  readonly change?: DatatypeChange;
}

const INTEGER = 0;
const FLOAT = 1;
const STRING = 3;
const COMPOUND = 6;
const ASCII = 0;
const UTF8 = 1;

function describe(
  type: number,
  size: number,
  more: Partial<TypeDescription> = {},
): TypeDescription {
  return { type, size, signed: false, vlen: false, littleEndian: true, total_size: 0, ...more };
}

/** A type that takes up room in a file: its message has at least 56 bytes. */
function compoundOf(member: TypeDescription): TypeDescription {
  const none = { shape: null, maxshape: null, chunks: null };
  const members = [{ ...member, ...none, name: 'it', offset: 0 }];
  return describe(COMPOUND, member.size, { compound_type: { nmembers: 1, members } });
}

/** How the message of a compound with one member begins. */
function compoundMessage(size: number): Uint8Array {
  return Uint8Array.of(0x16, 1, 0, 0, size, 0, 0, 0);
}

/*
 * Datatype messages as the HDF5 File Format Specification 3.0 gives them in IV.A.2.d: one byte of
 * version (upper four bits) and class (lower four), three of class bit field, four of size, then
 * what the class needs.
 */
const INT8_MESSAGE = [0x10, 0x08, 0, 0, 1, 0, 0, 0, 0, 0, 8, 0];

/**
 * Version 1, class 8, two members over int8; names padded to eight bytes each, then the values, then
 * zeros up to the 64 bytes that the compound's message takes.
 */
const BOOL_MESSAGE = Buffer.alloc(64);
BOOL_MESSAGE.set([0x18, 2, 0, 0, 1, 0, 0, 0, ...INT8_MESSAGE]);
BOOL_MESSAGE.write('FALSE\0\0\0TRUE\0\0\0\0\0\x01', 20, 'latin1');

/**
 * h5py's bool, an enumeration FALSE = 0, TRUE = 1 over int8. h5wasm can't make one, but a compound
 * of one int8: an element is as large, and the message has room (60 bytes against 38).
 */
const BOOL: Datatype = {
  description: compoundOf(describe(INTEGER, 1, { signed: true })),
  change: { written: compoundMessage(1), wanted: BOOL_MESSAGE },
};

/** Variable-length UTF-8, ended by NUL as h5py has it; h5wasm calls them padded with blanks. */
export const TEXT: Datatype = {
  description: describe(STRING, 4, { vlen: true, cset: UTF8 }),
  change: { written: Uint8Array.of(0x19, 0x21, 1, 0), wanted: Uint8Array.of(0x19, 0x01, 1, 0) },
};

/** Version 1, class 9, over unsigned characters of one byte, then zeros as above. */
const TEXT_MESSAGE = Buffer.alloc(56);
TEXT_MESSAGE.set([0x19, 0x01, 1, 0, 16, 0, 0, 0, 0x10, 0, 0, 0, 1, 0, 0, 0, 0, 0, 8, 0]);

/** `TEXT` for elements that are as they are in a file, see `makeTextBlock`: HDF5 must not see texts in them. */
export const TEXT_REFERENCE: Datatype = {
  description: compoundOf(describe(STRING, 16)),
  change: { written: compoundMessage(16), wanted: TEXT_MESSAGE },
};

/** The type of numbers; bool is h5py's bool. */
export function numericDatatype(type: NumericType): Datatype {
  if (type === 'bool') return BOOL;
  const size = bytesPerElement(type);
  if (type === 'float32' || type === 'float64') return { description: describe(FLOAT, size) };
  return { description: describe(INTEGER, size, { signed: type.startsWith('int') }) };
}

/** The message of `numericDatatype` as it is in the file in the end. */
export function numericMessage(type: NumericType): Uint8Array {
  return NUMERIC_MESSAGES[type];
}

function integerMessage(size: number, signed: boolean): Uint8Array {
  return Uint8Array.of(0x10, signed ? 0x08 : 0, 0, 0, size, 0, 0, 0, 0, 0, 8 * size, 0);
}

const NUMERIC_MESSAGES: Readonly<Record<NumericType, Uint8Array>> = {
  bool: BOOL_MESSAGE.subarray(0, 40),
  int8: integerMessage(1, true),
  int16: integerMessage(2, true),
  int32: integerMessage(4, true),
  int64: integerMessage(8, true),
  uint8: integerMessage(1, false),
  uint16: integerMessage(2, false),
  uint32: integerMessage(4, false),
  uint64: integerMessage(8, false),
  // IEEE 754: 23 bits, 8 above these, biased by 127.
  float32: Uint8Array.of(
    ...[0x11, 0x20, 0x1f, 0, 4, 0, 0, 0],
    ...[0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0],
  ),
  float64: DATATYPE.float64,
};

/**
 * The type of a text of exactly these bytes: fixed length, padded with NULs as h5py has it (so that
 * blanks at the end survive), ASCII where that is enough, else UTF-8.
 */
export function fixedTextDatatype(bytes: Uint8Array): Datatype {
  const ascii = bytes.every((byte) => byte < 0x80);
  return {
    description: describe(STRING, Math.max(1, bytes.length), { cset: ascii ? ASCII : UTF8 }),
    change: ascii
      ? { written: Uint8Array.of(0x13, 0x00, 0, 0), wanted: Uint8Array.of(0x13, 0x01, 0, 0) }
      : { written: Uint8Array.of(0x13, 0x12, 0, 0), wanted: Uint8Array.of(0x13, 0x11, 0, 0) },
  };
}

/** Bytes of any kind. */
export const BYTES = describe(INTEGER, 1);

/** The types that attributes have here; written as h5wasm makes them. */
export const ATTRIBUTE_TYPES = {
  text: describe(STRING, 4, { vlen: true, cset: UTF8 }),
  integer: describe(INTEGER, 8, { signed: true }),
  float: describe(FLOAT, 8),
} as const;

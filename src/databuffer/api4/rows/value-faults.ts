import type { StoredFault } from '../../blocks/problem-tally.js';
import {
  ARRAY,
  BIGNUM,
  BOOL,
  BYTES,
  FLOAT,
  MAP,
  NEGATIVE,
  NULL,
  TEXT,
  UNSIGNED,
} from '../cbor/cbor-kinds.js';
import type { CborReader } from '../cbor/cbor-reader.js';

const SHOWN_BYTES = 40;
const TWO_32 = 2n ** 32n;

/** The fault of a row that has another number of elements. */
export function wrongLength(count: number, expected: number): StoredFault {
  const example = `${count} elements where ${expected} belong`;
  return { code: 'wrong_length', example, stored: false };
}

/** The fault of an element that its type can't hold. */
export function misfit(code: string, what: string, type: string): StoredFault {
  return { code, example: `${what} does not fit ${type}`, stored: false };
}

/** The fault of an element whose kind does not belong there; it is passed over. */
export function wrongKind(reader: CborReader, kind: number, type: string): StoredFault {
  if (kind === NULL) return misfit('null_value', 'null', type);
  return misfit('wrong_type', described(reader, kind), type);
}

/** An item in words; it is passed over. */
export function described(reader: CborReader, kind: number): string {
  if (kind === TEXT) {
    const bytes = reader.content(kind, SHOWN_BYTES);
    return bytes ? `the text ${JSON.stringify(Buffer.from(bytes).toString())}` : 'a text';
  }
  const number = numberText(reader, kind);
  if (number !== undefined) return number;
  if (kind === BOOL) return String(reader.bool);
  reader.skipContent(kind);
  if (kind === ARRAY) return 'an array';
  if (kind === MAP) return 'a map';
  return kind === BYTES ? 'a byte string' : 'a simple value';
}

/** The number that was read, in digits. */
function numberText({ low, high, float }: CborReader, kind: number): string | undefined {
  if (kind === FLOAT) return String(float);
  if (kind === BIGNUM) return 'a number of more than 64 bits';
  const value = BigInt(high) * TWO_32 + BigInt(low);
  if (kind === UNSIGNED) return String(value);
  return kind === NEGATIVE ? String(-1n - value) : undefined;
}

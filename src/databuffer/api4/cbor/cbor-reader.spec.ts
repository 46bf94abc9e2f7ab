import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { askPython, hasPython } from '../../../hdf5/python.fixture.js';
import { encodedNumber } from '../rows/batches.fixture.js';
import {
  array,
  bool,
  bytes,
  type Cbor,
  head,
  indefinite,
  NULL,
  tag,
  text,
  UNDEFINED,
} from './cbor.fixture.js';
import {
  ARRAY,
  BIGNUM,
  BOOL,
  BREAK,
  BYTES,
  FLOAT,
  MAP,
  NEGATIVE,
  SIMPLE,
  TEXT,
  UNSIGNED,
} from './cbor-kinds.js';
import { CborReader } from './cbor-reader.js';

/** A reader of bytes of which nine at most lie in memory at a time, or all. */
function readerOf(item: Uint8Array, inPieces: boolean): CborReader {
  const memory = inPieces ? new Uint8Array(9) : item;
  const reader = new CborReader(memory);
  reader.begin({
    offset: 0,
    length: item.length,
    load(position) {
      if (!inPieces) return { at: position, count: item.length - position };
      const piece = item.subarray(position, position + 9);
      memory.set(piece);
      return { at: 0, count: piece.length };
    },
  });
  return reader;
}

const hex = (content: Uint8Array | undefined) => Buffer.from(content!).toString('hex');

/** An item in words, as Python's below. */
function wordsOf(reader: CborReader, kind = reader.value()): string {
  const { count, low, high, float } = reader;
  const number = (BigInt(high) << 32n) | BigInt(low);
  switch (kind) {
    case UNSIGNED:
      return String(number);
    case NEGATIVE:
      return String(-1n - number);
    case BIGNUM:
      return 'big';
    case FLOAT: {
      const bits = Buffer.alloc(8);
      bits.writeDoubleBE(float);
      return Number.isNaN(float) ? 'nan' : hex(bits);
    }
    case TEXT:
    case BYTES:
      return `${kind === TEXT ? 't' : 'b'}${hex(reader.content(kind, 1000))}`;
    case ARRAY: {
      const parts: string[] = [];
      for (let read = 0; !reader.isOver(count, read); read++) parts.push(wordsOf(reader));
      return `[${parts.join()}]`;
    }
    case MAP: {
      const parts: string[] = [];
      for (let read = 0; !reader.isOver(count, read); read++) {
        parts.push(`${wordsOf(reader)}:${wordsOf(reader)}`);
      }
      return `{${parts.join()}}`;
    }
    case BOOL:
      return String(reader.bool);
    case SIMPLE:
    case BREAK:
      throw new Error('no value');
    default:
      return 'null';
  }
}

const PROGRAM = `
import cbor2, json, math, struct, sys
def words(v):
    if isinstance(v, cbor2.CBORTag): return words(v.value)
    if v is None or v is cbor2.undefined: return 'null'
    if isinstance(v, bool): return 'true' if v else 'false'
    if isinstance(v, int): return str(v) if -2**64 <= v < 2**64 else 'big'
    if isinstance(v, float): return 'nan' if math.isnan(v) else struct.pack('>d', v).hex()
    if isinstance(v, str): return 't' + v.encode().hex()
    if isinstance(v, bytes): return 'b' + v.hex()
    if isinstance(v, dict): return '{' + ','.join(words(k) + ':' + words(w) for k, w in v.items()) + '}'
    return '[' + ','.join(words(w) for w in v) + ']'
print(json.dumps([words(cbor2.loads(bytes.fromhex(line))) for line in open(sys.argv[1]).read().split()]))
`;

/** Texts and byte strings in one piece or several, whatever the size of their heads. */
const string = fc
  .record({ content: fc.string({ unit: 'grapheme' }), isText: fc.boolean(), form: fc.nat(3) })
  .map(({ content, isText, form }) => {
    const whole = isText ? text(content) : bytes(Buffer.from(content));
    const major = isText ? 3 : 2;
    if (form === 0)
      return indefinite([whole, isText ? text('') : bytes(Buffer.of(1)), whole], major);
    if (form > 1) return whole;
    return Buffer.concat([head(major, Buffer.from(content).length, 4), Buffer.from(content)]);
  });

const { item: anyItem } = fc.letrec<{ item: Cbor }>((tie) => ({
  item: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    encodedNumber.map(({ item }) => item),
    string,
    fc.constantFrom(bool(true), bool(false), NULL, UNDEFINED),
    tie('item').map((item) => tag(2 ** 20, item)),
    fc
      .tuple(fc.array(tie('item'), { maxLength: 4 }), fc.boolean())
      .map(([items, isOpen]) => (isOpen ? indefinite(items) : array(items))),
    fc.tuple(fc.array(tie('item'), { maxLength: 4 }), fc.boolean()).map(([values, isOpen]) => {
      const pairs = values.flatMap((value, i) => [text(`k${i}`), value]);
      return isOpen ? indefinite(pairs, 5) : Buffer.concat([head(5, values.length), ...pairs]);
    }),
  ),
}));

describe('the reader of CBOR', () => {
  it.skipIf(!hasPython('cbor2'))('reads what another library does', () => {
    const items = fc.sample(anyItem, 1500);
    const folder = mkdtempSync(join(tmpdir(), 'cbor-'));
    try {
      const path = join(folder, 'items');
      writeFileSync(path, items.map((item) => item.toString('hex')).join('\n'));
      const expected = askPython([PROGRAM], path);
      expect(items.map((item) => wordsOf(readerOf(item, false)))).toEqual(expected);
      expect(items.map((item) => wordsOf(readerOf(item, true)))).toEqual(expected);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('passes over whatever it reads, and refuses what is cut off', () => {
    fc.assert(
      fc.property(anyItem, fc.boolean(), fc.nat(), (item, inPieces, cut) => {
        const reader = readerOf(item, inPieces);
        reader.skip();
        expect(reader.left).toBe(0);
        const less = readerOf(item.subarray(0, cut % item.length), inPieces);
        expect(() => less.skip()).toThrow(/^the reply is malformed at byte \d+: /);
      }),
    );
  });
});

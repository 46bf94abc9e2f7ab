import { DOUBLE, WIDE } from './decimal-parser.js';
import { ReadingMemory } from './reading-memory.js';
import { JsonScanner } from './json-scanner.js';
import {
  BEGIN_LIST,
  BEGIN_OBJECT,
  END_LIST,
  END_OBJECT,
  FALSE,
  KEY,
  NEED_BYTES,
  NULL,
  NUMBER,
  STRING,
  TRUE,
} from './tokens.js';

/** One for all: nobody reads two texts at a time. */
export const MEMORY = new ReadingMemory();
export const KERNEL = MEMORY.kernel;

type Container = unknown[] | Record<string, unknown>;

/** The value that the scanner's tokens make up, as `JSON.parse` would give it. */
export function parseTree(text: string | Uint8Array, cuts: readonly number[] = []): unknown {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const scanner = new JsonScanner(KERNEL);
  const open: Container[] = [];
  const keys: string[] = [];
  let root: unknown;

  const put = (value: unknown): void => {
    const parent = open.at(-1);
    if (parent === undefined) root = value;
    else if (Array.isArray(parent)) parent.push(value);
    else
      Object.defineProperty(parent, keys[open.length - 1], {
        value,
        enumerable: true,
        configurable: true,
        writable: true,
      });
  };
  const scalar = (token: number): unknown => {
    if (token === STRING) return textOf(scanner);
    if (token === NUMBER) return scanner.number[0];
    if (token === TRUE || token === FALSE) return token === TRUE;
    if (token === NULL) return null;
    throw new Error(`token ${token}`);
  };
  const drain = (): void => {
    for (let token = scanner.next(); token !== NEED_BYTES; token = scanner.next()) {
      if (token === BEGIN_OBJECT || token === BEGIN_LIST) {
        const container: Container = token === BEGIN_LIST ? [] : {};
        put(container);
        open.push(container);
      } else if (token === END_OBJECT || token === END_LIST) {
        open.pop();
      } else if (token === KEY) {
        keys[open.length - 1] = textOf(scanner);
      } else {
        put(scalar(token));
      }
    }
  };
  for (const chunk of cut(bytes, cuts)) {
    for (let taken = 0; taken < chunk.length;) {
      taken += scanner.feed(chunk, taken);
      drain();
    }
  }
  scanner.finish();
  drain();
  scanner.ensureComplete();
  return root;
}

/** The bytes in pieces that end at the cuts. */
export function cut(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const ends = [...cuts].sort((a, b) => a - b).filter((end) => end < bytes.length);
  return [0, ...ends].map((start, i) => bytes.slice(start, ends[i] ?? bytes.length));
}

/** The number of the last token, exact: beyond 2^53 a bigint. */
export function exactNumber(scanner: JsonScanner): number | bigint {
  if (scanner.numberKind === DOUBLE) return scanner.number[0];
  return wideNumber(scanner.numberKind, scanner.wide[0], scanner.wide[1]);
}

/** The 64-bit whole number of two words. */
export function wideNumber(kind: number, low: number, high: number): bigint {
  const number = (BigInt(high) << 32n) | BigInt(low);
  return kind === WIDE ? number : BigInt.asIntN(64, number);
}

function textOf({ text }: JsonScanner): string {
  return Buffer.from(text.bytes.subarray(text.start, text.end)).toString();
}

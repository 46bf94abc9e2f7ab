import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MalformedReply, TruncatedReply } from '../errors.js';
import { CellPage, TAG_WIDE } from './cell-page.js';
import { NEGATIVE_WIDE, WIDE } from './decimal-parser.js';
import { PAGE_CELLS } from './kernel.js';
import { MAX_REPLY_NESTING, JsonScanner } from './json-scanner.js';
import { draws, render, space } from './render.fixture.js';
import { cut, exactNumber, KERNEL, parseTree, wideNumber } from './tree.fixture.js';
import { KEY, NEED_BYTES, NUMBER } from './tokens.js';

const RICH =
  ' [ {"a":[1,-2.5e-3 , 0,true,false,null],"\\u00fc\\"\\\\\\/\\b\\f\\n\\r\\t":"\\ud83d\\ude00 é 😀","":{}} ,' +
  '[[ ],[[12345678901234567890]]], "plain", 1E+2, -0, {"x" : [ 17, 4711 ,1.5, -1 ] } ]\r\n';

const anyJson = fc.jsonValue({ maxDepth: 5, stringUnit: 'binary' });
/** The machine may be busy. */
const PATIENCE_MS = 30_000;
const anyCuts = fc.array(fc.nat(300), { maxLength: 8 });

function offsetOf(text: string | Uint8Array, cuts: readonly number[] = []): number {
  try {
    parseTree(text, cuts);
  } catch (error) {
    if (error instanceof MalformedReply) return error.offset;
    throw error;
  }
  throw new Error('was accepted');
}

describe('what is JSON', () => {
  it(
    'reads what JSON.parse reads, however it is spelled and cut',
    () => {
      fc.assert(
        fc.property(anyJson, draws, anyCuts, (value, draw, cuts) => {
          const text = `${space(draw)}${render(value, draw)}${space(draw)}`;
          expect(parseTree(text, cuts)).toStrictEqual(wellFormed(JSON.parse(text)));
        }),
        { numRuns: 3000 },
      );
    },
    PATIENCE_MS,
  );

  it('reads a document that is cut anywhere, into two or into single bytes', () => {
    const expected: unknown = JSON.parse(RICH);
    const { length } = Buffer.from(RICH);
    for (let at = 0; at <= length; at++) expect(parseTree(RICH, [at])).toStrictEqual(expected);
    expect(parseTree(RICH, [...Array(length).keys()])).toStrictEqual(expected);
  });

  it('takes bare NaN and Infinity as Python writes them', () => {
    const text = '[NaN, Infinity, -Infinity, {"a": NaN}]';
    const expected = [NaN, Infinity, -Infinity, { a: NaN }];
    for (let at = 0; at < text.length; at++) {
      expect(parseTree(text, [at])).toStrictEqual(expected);
    }
  });

  it('replaces a lone surrogate and bytes that are no UTF-8', () => {
    expect(parseTree('["\\ud83dx", "\\ude00", "\\ud83d\\ud83d\\ude00"]')).toStrictEqual([
      '�x',
      '�',
      '�😀',
    ]);
    expect(parseTree(Buffer.from([0x22, 0xc3, 0x28, 0x22]))).toBe('�(');
  });

  it('reads lists longer than its window', () => {
    const list = Array.from({ length: 100_000 }, (_, i) => i - 50_000);
    expect(parseTree(JSON.stringify(list))).toStrictEqual(list);
    const text = 'é'.repeat(300_000);
    expect(parseTree(JSON.stringify([text, text]))).toStrictEqual([text, text]);
  });
});

describe('what is not JSON', () => {
  it(
    'rejects what JSON.parse rejects, and nothing else',
    () => {
      const mutations = fc.array(
        fc.tuple(fc.nat(200), fc.constantFrom(...'[]{}:,"\\ue0-+.1 \n\0xtfn'), fc.nat(2)),
        { minLength: 1, maxLength: 3 },
      );
      let rejected = 0;
      fc.assert(
        fc.property(anyJson, draws, mutations, anyCuts, (value, draw, changes, cuts) => {
          let text = render(value, draw);
          for (const [at, letter, kind] of changes) {
            const i = at % (text.length + 1);
            text =
              text.slice(0, i) + (kind === 0 ? '' : letter) + text.slice(i + (kind === 1 ? 0 : 1));
          }
          const expected = attempt(() => wellFormed(JSON.parse(text)));
          if ('failure' in expected) rejected++;
          const actual = attempt(() => parseTree(text, cuts));
          expect({ text, ...actual }).toStrictEqual({ text, ...expected });
        }),
        { numRuns: 4000 },
      );
      expect(rejected).toBeGreaterThan(1000);
    },
    PATIENCE_MS,
  );

  it.each([
    ['[1 2]', 3],
    ['[1,]', 3],
    ['{"a" 1}', 5],
    ['{"a":1,}', 7],
    ['{a:1}', 1],
    ['[01]', 2],
    ['[tru]', 4],
    ['[nulll]', 5],
    ["['a']", 1],
    ['["a\nb"]', 3],
    ['["\\x"]', 2],
    ['["\\u12g4"]', 2],
    ['[1]]', 3],
    ['[1] x', 4],
    ['{"a":}', 5],
    ['[1}', 2],
    ['[+1]', 1],
    ['[.5]', 1],
    ['[-]', 2],
    ['[1.]', 3],
    [' \ufeff[]', 1],
    ['[\ufeff]', 1],
    ['\ufeff\ufeff[]', 3],
    ['\uf000[]', 1],
    ['[-Infinite]', 9],
    ['["é", é]', 7],
  ])('rejects %j and names the byte', (text, offset) => {
    expect(offsetOf(text)).toBe(offset);
    for (let at = 1; at < text.length; at++) expect(offsetOf(text, [at])).toBe(offset);
  });

  it('names the byte far into a long input', () => {
    const head = `[${'123, '.repeat(200_000)}`;
    expect(offsetOf(`${head}x]`, [1000, 500_000])).toBe(head.length);
  });

  it('tells an input that ended too early from a wrong one', () => {
    for (let end = 1; end < RICH.length - 3; end++) {
      expect(() => parseTree(RICH.slice(0, end))).toThrow(TruncatedReply);
    }
  });

  it('limits nesting and the length of numbers', () => {
    const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    expect(parseTree(nested(MAX_REPLY_NESTING))).toBeDefined();
    expect(offsetOf(nested(MAX_REPLY_NESTING + 1))).toBe(MAX_REPLY_NESTING);
    expect(parseTree(`[${'1'.repeat(4000)}]`)).toStrictEqual([Infinity]);
    for (const cuts of [[], [100], [4500]]) {
      expect(offsetOf(`[0, ${'1'.repeat(5000)}]`, cuts)).toBe(4);
    }
  });
});

describe('lists of numbers', () => {
  it(
    'come in one go, up to what else there is',
    () => {
      const items = fc.oneof(
        fc.integer(),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
      );
      fc.assert(
        fc.property(fc.array(items), fc.nat(10), draws, anyCuts, (numbers, room, draw, cuts) => {
          const text = `[${numbers.map((item) => `${space(draw)}${item}${space(draw)}`).join()}]`;
          const found = readNumbers(text, cuts, room + 1);
          expect(found.map(exactText)).toStrictEqual(
            numbers.map((item) => {
              const text = String(item);
              const whole = /^-?\d+$/.test(text) ? BigInt(text) : undefined;
              const fits = whole !== undefined && whole >= -(2n ** 63n) && whole < 2n ** 64n;
              return exactText(fits ? whole : Number(item));
            }),
          );
        }),
        { numRuns: 1500 },
      );
    },
    PATIENCE_MS,
  );

  /** Reads a list by `readNumbers` with pages of `room` numbers, the rest by `next`. */
  function readNumbers(text: string, cuts: readonly number[], room: number): (number | bigint)[] {
    const scanner = new JsonScanner(KERNEL);
    const page = new CellPage(KERNEL, 0);
    const found: (number | bigint)[] = [];
    for (const chunk of cut(Buffer.from(text), cuts)) {
      scanner.feed(chunk, 0);
      for (;;) {
        page.clear();
        page.count = PAGE_CELLS - room;
        scanner.readNumbers(page);
        for (let i = PAGE_CELLS - room; i < page.count; i++) found.push(cellNumber(page, i));
        if (page.full) continue;
        const token = scanner.next();
        if (token === NEED_BYTES) break;
        if (token === NUMBER) found.push(exactNumber(scanner));
      }
    }
    scanner.ensureComplete();
    return found;
  }
});

describe('skipping', () => {
  it(
    'passes over any value, and still sees what is wrong in it',
    () => {
      fc.assert(
        fc.property(anyJson, draws, anyCuts, (value, draw, cuts) => {
          const text = `{"skip":${render(value, draw)},"last":17}`;
          const scanner = new JsonScanner(KERNEL);
          const keys: string[] = [];
          let last = NaN;
          for (const chunk of cut(Buffer.from(text), cuts)) {
            scanner.feed(chunk, 0);
            for (let token = scanner.next(); token !== NEED_BYTES; token = scanner.next()) {
              if (token === NUMBER) last = scanner.number[0];
              if (token !== KEY) continue;
              const { bytes, start, end } = scanner.text;
              keys.push(Buffer.from(bytes.subarray(start, end)).toString());
              if (keys.length === 1) scanner.skipValue();
            }
          }
          expect(keys).toStrictEqual(['skip', 'last']);
          expect(last).toBe(17);
          expect(scanner.complete).toBe(true);
        }),
        { numRuns: 1500 },
      );
    },
    PATIENCE_MS,
  );
});

function cellNumber({ cells, words, wide }: CellPage, i: number): number | bigint {
  if (!Number.isNaN(cells[i])) return cells[i];
  const kind = words[2 * i + 1] === TAG_WIDE ? WIDE : NEGATIVE_WIDE;
  const index = words[2 * i];
  return wideNumber(kind, wide[2 * index], wide[2 * index + 1]);
}

/** The same for a whole number, whether it came as a double or with all its digits. */
function exactText(number: number | bigint): string {
  return Number.isInteger(number) ? String(BigInt(number)) : String(number);
}

/** Lone surrogates can't be in UTF-8: the scanner gives U+FFFD for them. */
function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return wellFormedText(value);
  if (Array.isArray(value)) return value.map(wellFormed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [wellFormedText(key), wellFormed(item)]),
  );
}

function wellFormedText(text: string): string {
  return Buffer.from(text).toString();
}

function attempt(action: () => unknown): { value: unknown } | { failure: true } {
  try {
    return { value: action() };
  } catch {
    return { failure: true };
  }
}

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecimalParser, DOUBLE, INCOMPLETE, INEXACT, MALFORMED, WIDE } from './decimal-parser.js';
import { JsonScanner } from './json-scanner.js';
import { NUMBER } from './tokens.js';
import { KERNEL } from './tree.fixture.js';

const parser = new DecimalParser();

/** Reads a text by the parser for all numbers. @returns where it ended */
function parse(text: string, final = true): number {
  return parser.parse(Buffer.from(`${text}\0`), 0, text.length, final);
}

/** Reads a text as a scanner does: by the kernel, if it takes the number. */
function scan(text: string): number {
  const scanner = new JsonScanner(KERNEL);
  scanner.feed(Buffer.from(`${text} `), 0);
  return scanner.next() === NUMBER ? scanner.number[0] : NaN;
}

/** The text that is read, and where `Number()` gives another double, what that is. */
function differences(...texts: string[]): string[] {
  return texts.flatMap((text) => {
    const end = parse(text);
    const found = [parser.value, scan(text)];
    if (end === text.length && found.every((value) => Object.is(value, Number(text)))) return [];
    return [`${text}: ${found.join(', ')} at ${end}, Number() gives ${Number(text)}`];
  });
}

function exact(text: string): bigint | undefined {
  expect(parse(text)).toBe(text.length);
  if (parser.kind === DOUBLE) return undefined;
  const { buffer } = parser.wide;
  return parser.kind === WIDE ? new BigUint64Array(buffer)[0] : new BigInt64Array(buffer)[0];
}

const digits = (least: number, most: number): fc.Arbitrary<string> =>
  fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength: least, maxLength: most })
    .map((list) => list.join(''));

describe('numbers as doubles', () => {
  it.each([
    '0',
    '-0',
    '0.0',
    '-0.0e-400',
    '0e999999999999',
    '5e-324',
    '2.4703282292062327e-324',
    '2.4703282292062328e-324',
    '4.9406564584124654e-324',
    '2.2250738585072011e-308',
    '2.2250738585072014e-308',
    '2.225073858507201136057409796709131975934819546351645648023426109724822222021076945516529523908135087914149158913039621106870086438694594645527657207407820621743379988141063267329253552286881372149012981122451451889849057222307285255133155755015914397476397983411801999323962548289017107081850690630666655994938275772572015763062690663332647565300009245888316433037779791869612049497390378297049050510806099407302629371289589500035837999672072543043602840788957717961509455167482434710307026091446215722898802581825451803257070188608721131280795122334262883686223215037756666225039825343359745688844239002654981983854879482922068947216898310996983658468140228542433306603398508864458040010349339704275671864433837704860378616227717385456230658746790140867233276367187499e-308',
    '1.7976931348623157e308',
    '1.7976931348623158e308',
    '1.7976931348623159e308',
    '1e309',
    '-1e400',
    '1e-400',
    '9007199254740993',
    '9007199254740993.00000000000000000000000000000000001',
    '9007199254740992.999999999999999999999999999999',
    '0.500000000000000166533453693773481063544750213623046875',
    '3.518437208883201171875e13',
    '1.00000000000000011102230246251565',
    '1.00000000000000011102230246251565404236316680908203125',
    '1.00000000000000011102230246251565404236316680908203126',
    '7.3177701707893310e15',
    '0.1000000000000000055511151231257827021181583404541015625',
    '123456789012345678901234567890',
    '0.000000000000000000000000000000000000000000000001234567890123456789',
    '1e23',
    '8.5e22',
    '1E+2',
    '6.02214076E23',
    '123456789',
    '1234567890',
    '999999999999999999',
    '100000000000000000000000000000000000000',
    `1${'0'.repeat(400)}`,
    `0.${'0'.repeat(400)}1`,
    `1${'0'.repeat(400)}e-400`,
    `0.${'0'.repeat(400)}1e401`,
  ])('reads %s as Number() does', (text) => {
    expect(differences(text)).toStrictEqual([]);
  });

  it('reads any double in any of its usual spellings', () => {
    const doubles = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(doubles, fc.integer({ min: 1, max: 40 }), (value, precision) => {
        const spellings = [String(value), value.toExponential(), value.toPrecision(precision)];
        expect(differences(...spellings)).toStrictEqual([]);
      }),
      { numRuns: 4000 },
    );
  });

  it('reads any digits with any exponent', () => {
    const parts = [digits(0, 24), digits(0, 24), fc.integer({ min: -345, max: 330 })] as const;
    fc.assert(
      fc.property(...parts, fc.boolean(), (whole, fraction, exponent, negative) => {
        const units = whole.replace(/^0+(?=.)/, '') || '0';
        const text = `${negative ? '-' : ''}${units}${fraction && `.${fraction}`}e${exponent}`;
        expect(differences(text)).toStrictEqual([]);
      }),
      { numRuns: 6000 },
    );
  });

  it('rounds halfway cases, and their next neighbours, as Number() does', () => {
    const fractions = fc.bigInt({ min: 2n ** 53n, max: 2n ** 54n - 1n }).map((n) => n | 1n);
    fc.assert(
      fc.property(fractions, fc.integer({ min: -120, max: 200 }), (fraction, power) => {
        // (2^53 + odd) × 2^power lies between two doubles; as decimal digits with an exponent.
        const scaled = power >= 0 ? fraction << BigInt(power) : fraction * 5n ** BigInt(-power);
        const exponent = Math.min(0, power);
        const near = [scaled - 1n, scaled, scaled + 1n].map((number) => `${number}e${exponent}`);
        expect(differences(...near)).toStrictEqual([]);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('whole numbers beyond 2^53', () => {
  it.each([
    ['9007199254740993', 9007199254740993n],
    ['-9007199254740993', -9007199254740993n],
    ['9223372036854775807', 2n ** 63n - 1n],
    ['-9223372036854775808', -(2n ** 63n)],
    ['18446744073709551615', 2n ** 64n - 1n],
    ['9.007199254740993e15', 9007199254740993n],
    ['900719925474099300e-2', 9007199254740993n],
    ['1.8446744073709551615E19', 2n ** 64n - 1n],
  ])('keeps %s exactly', (text, value) => {
    expect(exact(text)).toBe(value);
  });

  it.each([
    '18446744073709551616',
    '-9223372036854775809',
    '9007199254740993.5',
    '1.8446744073709551616e19',
    '1.8446744073709552e19',
    '-9.223372036854776E18',
    '18446744073709551616000000000000000000000000000e-27',
    '1e400',
  ])('keeps the text of %s, and the double next to it', (text) => {
    expect(parse(text)).toBe(text.length);
    expect(parser).toMatchObject({ kind: INEXACT, text, value: Number(text) });
  });

  it.each(['1e30', '18446744073709552000', '-1E+30', '1.50e300', '4503599627370497'])(
    'has %s as a double',
    (text) => {
      expect(exact(text)).toBeUndefined();
      expect(parser.value).toBe(Number(text));
    },
  );

  it('keeps any of 64 bits, and doubles that are exact as they are', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }), (value) => {
        expect(exact(String(value)) ?? BigInt(parser.value)).toBe(value);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('what is no number', () => {
  it.each([
    ['-', INCOMPLETE],
    ['1.', INCOMPLETE],
    ['1e', INCOMPLETE],
    ['1e+', INCOMPLETE],
    ['12', INCOMPLETE],
    ['01', MALFORMED],
    ['-01', MALFORMED],
    ['1.e5', MALFORMED],
    ['.5', MALFORMED],
    ['1e+x', MALFORMED],
    ['--1', MALFORMED],
    ['+1', MALFORMED],
  ])('tells %s', (text, result) => {
    expect(parse(text, false)).toBe(result);
  });
});

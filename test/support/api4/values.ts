import type { Random } from '../../faults/random.js';
import type { Element, EnumValue, ScalarType } from './served-channel.js';

const INTEGERS = {
  ...{ u8: [0n, 2n ** 8n - 1n], u16: [0n, 2n ** 16n - 1n], u32: [0n, 2n ** 32n - 1n] },
  ...{ u64: [0n, 2n ** 64n - 1n], i8: [-(2n ** 7n), 2n ** 7n - 1n] },
  ...{ i16: [-(2n ** 15n), 2n ** 15n - 1n], i32: [-(2n ** 31n), 2n ** 31n - 1n] },
  ...{ i64: [-(2n ** 63n), 2n ** 63n - 1n] },
} as const;

/** Where the spelling of an integer in CBOR, or its size elsewhere, changes. */
const BORDERS = [
  0n,
  23n,
  24n,
  255n,
  256n,
  65535n,
  65536n,
  2n ** 31n,
  2n ** 32n,
  2n ** 53n,
  2n ** 63n,
];

/** Numbers of single precision, those of half precision among them. */
const SINGLES = [
  ...[0, -0, 1, -1.5, Number.NaN, Infinity, -Infinity, 2048, 65504, -65504, 65520, 1e5],
  ...[2 ** -14, 2 ** -24, -(2 ** -24), 1023 * 2 ** -24, 2 ** -25, 1.0009765625],
  ...[2 ** -126, 2 ** -149, (2 - 2 ** -23) * 2 ** 127, Math.fround(0.1), 16777216],
];
const DOUBLES = [
  ...SINGLES,
  ...[0.1, Math.PI, 5e-324, 2.2250738585072014e-308, Number.MAX_VALUE, -Number.MAX_VALUE],
  ...[2 ** 53 + 2, 1e-40, 65504.000000001],
];

const TEXTS = [
  ...['', ' ', 'on', 'Größe', 'données', '\u{1F680}', '漢字', 'שלום', '\u{10FFFF}', '\uFFFF'],
  ...['e\u0301', '\u0001\u007F\u0080', 'a\nb\tc\r\n', '"\\\'', '\uFEFFmark', 'x'.repeat(300)],
];
/** Of texts; UTF-16's halves are no characters. */
const CHARACTERS = [
  [0x20, 0x7e],
  [0xa0, 0x7ff],
  [0x800, 0xd7ff],
  [0xe000, 0xffff],
  [0x10000, 0x10ffff],
] as const;

/** What there is at the borders of a type, and beside them. */
export function extremesOf(type: ScalarType): readonly Element[] {
  switch (type) {
    case 'f32':
      return SINGLES;
    case 'f64':
      return DOUBLES;
    case 'bool':
      return [true, false];
    case 'string':
      return TEXTS;
    case 'enum':
      return TEXTS.map((name, i) => ({ index: [0, 1, 32767, -32768, -1, i][i % 6], name }));
    default: {
      const [low, high] = INTEGERS[type];
      const beside = [low, high, ...BORDERS].flatMap((at) => [at - 1n, at, at + 1n, -at]);
      return [...new Set(beside)].filter((value) => value >= low && value <= high);
    }
  }
}

export function randomElement(type: ScalarType, random: Random): Element {
  if (random.chance(0.3)) return random.pick(extremesOf(type));
  switch (type) {
    case 'f32':
      return Math.fround(random.between(-1, 1) * 10 ** random.whole(-8, 8));
    case 'f64':
      return random.between(-1, 1) * 10 ** random.whole(-300, 300);
    case 'bool':
      return random.chance(0.5);
    case 'string':
      return randomText(random);
    case 'enum':
      return randomEnum(random);
    default: {
      const [low, high] = INTEGERS[type];
      const bits =
        BigInt(random.whole(0, 2 ** 32 - 1)) * 2n ** 32n + BigInt(random.whole(0, 2 ** 32 - 1));
      return low + ((bits >> BigInt(random.whole(0, 63))) % (high - low + 1n));
    }
  }
}

function randomText(random: Random): string {
  const character = () => {
    const [low, high] = random.pick(CHARACTERS);
    return String.fromCodePoint(random.whole(low, high));
  };
  return Array.from({ length: random.whole(0, 12) }, character).join('');
}

function randomEnum(random: Random): EnumValue {
  return { index: random.whole(-32768, 32767), name: randomText(random) };
}

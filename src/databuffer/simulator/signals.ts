import type { ElementType } from '../../encoding/element-type.js';
import type { SimulatedChannel } from './simulated-channel.js';

/** One element: text of strings, bigint of 64-bit integers, null where the point has no value. */
export type Scalar = number | bigint | boolean | string | null;

/**
 * The element of a channel at an index: the pulse id of a scalar, the place on its ring
 * (`ring.ts`) of everything else.
 *
 * @param seed what tells channels with the same signal apart
 */
export function elementAt(channel: SimulatedChannel, index: number, seed: number): Scalar {
  const noise = mix(index, seed);
  switch (channel.signal) {
    case 'pulse-id':
      return BigInt(index);
    case 'spot':
      return spot(channel, index, noise);
    case 'extremes':
      return pick(EXTREMES[channel.type] ?? [], index);
    case 'not-a-number':
      return pick(NOT_A_NUMBER, index);
    case 'not-a-number-at-times':
      return index % 5 === 0 ? pick(NOT_A_NUMBER, index / 5) : wave(channel.type, index, noise);
    case 'steps':
      return (index % STEPS) / 8;
    case 'state':
      return noise % STATES;
    case 'nulls':
      return index % 10 === 0 ? null : wave(channel.type, index, noise);
    default:
      return wave(channel.type, index, noise);
  }
}

/** 32 well-mixed bits of an index and a seed (the finalizer of MurmurHash3). */
export function mix(index: number, seed: number): number {
  let hash = (index >>> 0) ^ seed ^ Math.imul((index / 2 ** 32) >>> 0, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A seed of a name (FNV-1a). */
export function seedOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(name)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** Multiples of 1/8, each a half float. */
const STEPS = 257;
/** States of an enum. */
const STATES = 4;

const NOT_A_NUMBER = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

const EXTREMES: Partial<Record<ElementType, readonly Scalar[]>> = {
  int64: [-(2n ** 63n), 2n ** 63n - 1n, 2n ** 53n + 1n, -(2n ** 53n) - 1n, 0n],
  uint64: [2n ** 64n - 1n, 2n ** 63n, 2n ** 53n + 1n, 0n],
  float64: [Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE, 1e-7, 1e21, 0.1 + 0.2, 0],
};

const TEXTS = [
  'idle',
  'Schrödinger',
  '漢字',
  '🚀',
  'say "no"\\',
  'two\nlines\t\u0001',
  'e\u0301',
  '',
];

const MAX_VALUES: Partial<Record<ElementType, number>> = {
  int8: 2 ** 7 - 1,
  int16: 2 ** 15 - 1,
  int32: 2 ** 31 - 1,
  uint8: 2 ** 8 - 1,
  uint16: 2 ** 16 - 1,
  uint32: 2 ** 32 - 1,
};

/** Indices after which the sine of a wave starts again. */
const PERIOD = 1024;

/** A noisy sine over the whole range of the type, between -1 and 1 for floats. */
function wave(type: ElementType, index: number, noise: number): Scalar {
  const level =
    0.8 * Math.sin((2 * Math.PI * (index % PERIOD)) / PERIOD) + 0.2 * (noise / 2 ** 31 - 1);
  switch (type) {
    case 'float64':
      return level;
    case 'float32':
      return float32(level);
    case 'int64':
      return BigInt.asIntN(64, (BigInt(Math.trunc(level * 2 ** 31)) << 32n) | BigInt(noise));
    case 'uint64':
      return (BigInt(Math.trunc((level + 1) * 2 ** 31)) << 32n) | BigInt(noise);
    case 'bool':
      return level > 0;
    case 'string': {
      const text = pick(TEXTS, noise);
      return text === '' ? '' : `${text} ${index}`;
    }
    case 'int8':
    case 'int16':
    case 'int32':
      // "+ 0" makes a zero of minus zero.
      return Math.trunc(level * MAX_VALUES[type]!) + 0;
    default:
      return Math.trunc(((level + 1) / 2) * MAX_VALUES[type]!);
  }
}

/** A camera's picture of a beam, in 12-bit counts (fewer if the type has less): a round spot on a noisy ground. */
function spot(
  { type, shape: [width, height = 1] }: SimulatedChannel,
  index: number,
  noise: number,
) {
  const x = (index % width) / width - 0.5;
  const y = Math.floor(index / width) / height - 0.5;
  const intensity = 0.004 * (noise / 2 ** 32) + 0.99 * Math.exp(-60 * (x * x + y * y));
  const counts = Math.min(MAX_VALUES[type] ?? 4095, 4095) * intensity;
  switch (type) {
    case 'float64':
    case 'float32':
      return Math.trunc(counts * 8) / 8;
    case 'int64':
    case 'uint64':
      return BigInt(Math.trunc(counts));
    case 'bool':
      return intensity > 0.5;
    case 'string':
      return String(Math.trunc(counts));
    default:
      return Math.trunc(counts);
  }
}

/** The float32 nearest to a number of seven decimals: few digits say exactly which (`json-text.ts`). */
function float32(level: number): number {
  return Math.fround(Math.round(level * 1e7) / 1e7);
}

function pick<T>(choices: readonly T[], index: number): T {
  return choices[index % choices.length];
}

import * as fc from 'fast-check';
import { ELEMENT_TYPES, type ElementType } from '../../../encoding/element-type.js';
import {
  array,
  bignum,
  bool,
  type Cbor,
  encode,
  FINAL,
  float,
  frame,
  indefinite,
  int,
  KEEPALIVE,
  map,
  NULL,
  tag,
  text,
  UNDEFINED,
} from '../cbor/cbor.fixture.js';

/** As `scalar_type` names them. */
export const SCALAR_TYPES = Object.fromEntries(
  ELEMENT_TYPES.map((type) => [type, type.replace(/^(.)\D*(\d+)$/, '$1$2')]),
) as Record<ElementType, string>;

const T0 = 1_528_459_491_551_143_344n;
const EDGES = [7n, 8n, 15n, 16n, 31n, 32n, 53n, 63n, 64n].flatMap((bits) =>
  [-1n, 0n, 1n].flatMap((more) => [2n ** bits + more, -(2n ** bits) + more]),
);

/** A whole number, or a float, and what it is in CBOR in one of all ways. */
export interface EncodedNumber {
  readonly value: bigint | number;
  readonly item: Cbor;
}

const whole = fc
  .oneof(
    fc.constantFrom(...EDGES),
    fc.bigInt({ min: -100n, max: 300n }),
    fc.bigInt(-(2n ** 70n), 2n ** 70n),
  )
  .chain((value) => {
    const argument = value < 0n ? -1n - value : value;
    if (argument >= 2n ** 64n) return fc.constant({ value, item: bignum(value) });
    const sizes = [0, 1, 2, 4, 8].filter((size) =>
      size === 0 ? argument < 24n : argument < 2n ** BigInt(8 * size),
    );
    const items = [...sizes.map((size) => int(value, size)), bignum(value), tag(1000, int(value))];
    return fc.constantFrom(...items).map((item) => ({ value, item }));
  });

const real = fc
  .oneof(
    fc.double(),
    fc.float(),
    fc.integer({ min: -2048, max: 2048 }),
    fc.integer({ min: 0, max: 1023 }).map((n) => n * 2 ** -24),
    fc.constantFrom(NaN, Infinity, -Infinity, -0, 65504, 2 ** 63, -(2 ** 63), 2 ** 64, 1e300),
  )
  .chain((value) => {
    const items = [float(value), float(value, 8)];
    if (Object.is(Math.fround(value), value)) items.push(float(value, 4));
    return fc.constantFrom(...items).map((item) => ({ value, item }));
  });

export const encodedNumber: fc.Arbitrary<EncodedNumber> = fc.oneof(whole, real);

const oddItem = fc.constantFrom(
  NULL,
  UNDEFINED,
  bool(true),
  text('x'),
  encode({ a: [1] }),
  encode([[1], []]),
);
const tame = fc.oneof(
  fc.double().map((value) => float(value, 8)),
  fc.float().map((value) => float(value)),
  fc.integer({ min: 0, max: 127 }).map((value) => int(value)),
);
const whole16 = fc.constantFrom(int(300), int(1, 2), int(32768));
const whole32 = fc.constantFrom(int(70000), int(1, 4));
const element = fc.oneof(
  { weight: 20, arbitrary: tame },
  { weight: 4, arbitrary: encodedNumber.map(({ item }) => item) },
  { weight: 1, arbitrary: oddItem },
);

/** Items in an array, of either kind. */
const listed = (items: fc.Arbitrary<Cbor[]>) =>
  fc
    .tuple(items, fc.integer({ min: 0, max: 9 }))
    .map(([each, kind]) => (kind === 0 ? indefinite(each) : array(each)));

/** Rows of whole numbers that look alike. */
const even = fc.oneof(
  fc.array(whole16, { minLength: 6, maxLength: 6 }),
  fc.array(whole32, { minLength: 6, maxLength: 6 }),
);

const waveform = fc
  .integer({ min: 0, max: 6 })
  .chain((length) =>
    fc.oneof(
      { weight: 3, arbitrary: listed(even) },
      { weight: 9, arbitrary: listed(fc.array(element, { minLength: 6, maxLength: 6 })) },
      { weight: 1, arbitrary: listed(fc.array(element, { minLength: length, maxLength: length })) },
    ),
  );

/** A frame with rows that are mostly as they should be, of a type, as scalars or as waveforms. */
function batchFrame(scalarType: string, isWaveform: boolean, first: number): fc.Arbitrary<Buffer> {
  const row = isWaveform ? waveform : fc.oneof({ weight: 30, arbitrary: element }, oddItem);
  return fc
    .record({
      values: fc.array(row, { minLength: 1, maxLength: 30 }),
      isPulsed: fc.boolean(),
      back: fc.constantFrom(0, 0, 0, 5),
      isLast: fc.boolean(),
      isOpen: fc.constantFrom(false, false, false, true),
    })
    .map(({ values, isPulsed, back, isLast, isOpen }) => {
      const list = isOpen ? indefinite : array;
      const ids = values.map((_, i) => first + i - (i === 3 ? back : 0));
      const entries = {
        ...(isPulsed && { pulses: list(ids.map((id) => int(id))) }),
        scalar_type: text(scalarType),
        ...(!isLast && { values: list(values) }),
        tss: list(ids.map((id) => int(T0 + BigInt(id) * 10_000_000n))),
        ...(isLast && { values: list(values) }),
      };
      return frame(map(entries));
    });
}

/** A reply of a few frames, in the order in which they come. */
export const replyFrames: fc.Arbitrary<Buffer[]> = fc
  .record({
    type: fc.constantFrom(...ELEMENT_TYPES),
    isWaveform: fc.boolean(),
    frames: fc.integer({ min: 1, max: 4 }),
  })
  .chain(({ type, isWaveform, frames }) =>
    fc.tuple(
      ...Array.from({ length: frames }, (_, i) =>
        fc.oneof(
          { weight: 5, arbitrary: batchFrame(SCALAR_TYPES[type], isWaveform, 40 * i) },
          { weight: 1, arbitrary: fc.constant(KEEPALIVE) },
        ),
      ),
    ),
  )
  .map((frames) => [...frames, FINAL]);

import { CborEncoder } from './cbor-encoder.js';
import { frameHead, padding, rangeFinal } from './frames.js';

/** The first element of a row; the others are those of every row. */
export const firstOf = (row: number) => row + 0.1;

/** The other elements of each row. */
export function restOf(elements: number): Float64Array {
  return Float64Array.from({ length: elements - 1 }, (_, i) => Math.sin(i) / 3);
}

/**
 * A reply with all rows in one frame, which takes no memory of its own here.
 *
 * @param pulses one a row
 * @param elements of each row, 9 bytes each
 */
export function* hugeFrame(
  pulses: readonly number[],
  timeOfPulse: (pulse: number) => bigint,
  elements: number,
): Generator<Buffer> {
  const cbor = new CborEncoder();
  cbor.map(4, () => {
    cbor.text('pulses');
    cbor.array(pulses.length, () => pulses.forEach((pulse) => cbor.int(pulse)));
    cbor.text('scalar_type');
    cbor.text('f64');
    cbor.text('tss');
    cbor.array(pulses.length, () => pulses.forEach((pulse) => cbor.int(timeOfPulse(pulse))));
    cbor.text('values');
    cbor.array(pulses.length, () => undefined);
  });
  const before = cbor.take();
  const firsts = pulses.map((_, row) => {
    cbor.array(elements, () => cbor.float(firstOf(row)));
    return cbor.take();
  });
  restOf(elements).forEach((value) => cbor.float(value));
  const rest = cbor.take();
  const length = firsts.reduce((sum, first) => sum + first.length + rest.length, before.length);
  yield frameHead(length);
  yield before;
  for (const first of firsts) {
    yield first;
    yield rest;
  }
  yield padding(length);
  yield rangeFinal();
}

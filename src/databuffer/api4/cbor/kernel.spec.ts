import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { bytesPerElement, ELEMENT_TYPES } from '../../../encoding/element-type.js';
import { encodedNumber } from '../rows/batches.fixture.js';
import { array, bool, float, int } from './cbor.fixture.js';
import { MEMORY } from '../rows/read-replies.fixture.js';

const { kernel } = MEMORY;
const TYPES = ELEMENT_TYPES.filter((type) => type !== 'string');
const MARK = 0xa5;
const BEHIND = 64;

/** Numbers that most types take, many alike, so that all loops have something to do. */
const items = fc
  .oneof(
    fc.array(fc.constantFrom(float(1, 8), float(2, 8))),
    fc.array(fc.constantFrom(float(1, 4), float(2, 4))),
    fc.array(fc.constantFrom(int(1, 8), int(2n ** 40n, 8))),
    fc.array(fc.constantFrom(int(1, 4), int(70000), int(2 ** 31)), { size: '+1' }),
    fc.array(fc.constantFrom(int(1, 2), int(300), int(2 ** 15)), { size: '+1' }),
    fc.array(fc.constantFrom(int(1), int(200), int(-3), float(1), bool(true))),
    fc.array(encodedNumber.map(({ item }) => item)),
  )
  .filter((each) => each.length > 0);

/** How many whole items lie before an end. */
function wholeBefore(end: number, each: readonly Buffer[]): number {
  let at = 0;
  const index = each.findIndex((item) => (at += item.length) > end);
  return index < 0 ? each.length : index;
}

const lengthOf = (each: readonly Buffer[]) => each.reduce((sum, { length }) => sum + length, 0);

it('reads no item that is not whole, and writes nothing behind what it read', () => {
  const { bytes, frames: start, values: to } = kernel;
  fc.assert(
    fc.property(fc.constantFrom(...TYPES), items, fc.nat(), (type, each, cut) => {
      const all = Buffer.concat(each);
      bytes.set(all, start);
      const size = bytesPerElement(type);
      const room = each.length * size;
      const end = cut % (all.length + 1);
      bytes.fill(MARK, to, to + room + BEHIND);
      const whole = wholeBefore(end, each);
      const read = kernel.read(type, start, start + end, each.length, to);
      expect(read).toBeLessThanOrEqual(whole);
      expect(kernel.at).toBe(start + lengthOf(each.slice(0, read)));
      const behind = bytes.subarray(to + read * size, to + room + BEHIND);
      expect(behind.every((byte) => byte === MARK)).toBe(true);
      // It stops before what is unusual, not before what is cut off.
      const alone = kernel.read(type, start, start + all.length, read + 1, to);
      if (read < whole) expect(alone).toBe(read);
      const passed = kernel.skipNumbers(start, start + end, each.length);
      expect(passed).toBeLessThanOrEqual(whole);
      expect(kernel.at).toBe(start + lengthOf(each.slice(0, passed)));
    }),
    { numRuns: 500 },
  );
});

it.each([
  ['float32', float(1, 4)],
  ['float64', float(1, 8)],
  ['int64', int(1, 8)],
  ['int32', int(1, 4)],
  ['uint16', int(1, 2)],
] as const)('reads all items of %s that are whole, wherever their bytes end', (type, item) => {
  const { bytes, frames: start, values: to } = kernel;
  bytes.set(Buffer.concat(Array.from({ length: 9 }, () => item)), start);
  for (let end = 0; end <= 9 * item.length; end++) {
    expect(kernel.read(type, start, start + end, 9, to)).toBe(Math.floor(end / item.length));
    expect(kernel.skipNumbers(start, start + end, 9)).toBe(Math.floor(end / item.length));
  }
});

it('reads rows as long as they are whole and have the right length', () => {
  const { bytes, frames: start, values: to } = kernel;
  const row = [1.5, 2.5, 3.5].map((value) => float(value, 8));
  const rows = Buffer.concat([array(row), array(row), array(row.slice(1)), array(row)]);
  const length = array(row).length;
  bytes.set(rows, start);
  for (let end = 0; end <= rows.length; end++) {
    bytes.fill(MARK, to, to + 128);
    const whole = Math.min(2, Math.floor(end / length));
    expect(kernel.readRows('float64', start, start + end, 4, 3, to)).toBe(whole);
    expect(kernel.at).toBe(start + whole * length);
    const last = Math.min(whole + 1, 2);
    expect(bytes.subarray(to + 24 * last, to + 128).every((byte) => byte === MARK)).toBe(true);
  }
  expect([...kernel.view('float64', to, 6)]).toEqual([1.5, 2.5, 3.5, 1.5, 2.5, 3.5]);
});

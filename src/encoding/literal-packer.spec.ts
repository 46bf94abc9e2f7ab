import { assert, integer, nat, oneof, property } from 'fast-check';
import { expect, it } from 'vitest';
import { checkBitshuffleLz4, unpackBitshuffleLz4 } from './bitshuffle-lz4.js';
import { packLiterally } from './literal-packer.js';
import { noise } from '../hdf5/layout/packed-images.fixture.js';

it.each([1, 2, 4, 8])('packs elements of %i bytes to what unpacks to them', (elementBytes) => {
  const elements = oneof(
    integer({ min: 0, max: 100 }),
    integer({ min: 0, max: 20_000 / elementBytes }),
  );
  assert(
    property(elements, nat(), (count, seed) => {
      const value = noise(count * elementBytes, seed);
      const packed = packLiterally(value, elementBytes);
      checkBitshuffleLz4(packed, elementBytes, value.length);
      expect(unpackBitshuffleLz4(packed, elementBytes).equals(value)).toBe(true);
    }),
  );
});

it('takes up half a percent more', () => {
  const size = 1024 * 1024;
  expect(packLiterally(new Uint8Array(size), 2).length).toBeLessThan(1.006 * size);
});

import { describe, expect, it } from 'vitest';
import { BitshuffleLz4Unpacker, checkBitshuffleLz4 } from '../../encoding/bitshuffle-lz4.js';
import { packValue } from './bitshuffle-packer.js';

/** Bytes of which some repeat near, some far, some not at all. */
function valueOf(size: number): Buffer {
  const value = Buffer.alloc(size);
  for (let i = 0; i < size; i++)
    value[i] = (i >> 3) % 7 === 0 ? Math.imul(i, 2654435761) >> 24 : i >> 9;
  return value;
}

describe('packValue', () => {
  it.each([1, 2, 4, 8])(
    'is undone for elements of %i bytes, whatever their number',
    (elementSize) => {
      const unpacker = new BitshuffleLz4Unpacker();
      for (const elements of [0, 1, 7, 8, 9, 31, 1000, 1024, 1025, 8192, 20_003]) {
        const value = valueOf(elements * elementSize);
        const packed = packValue(value, elementSize);
        checkBitshuffleLz4(packed, elementSize, value.length);
        const unpacked = Buffer.alloc(value.length, 0xee);
        unpacker.unpack(packed, elementSize, unpacked);
        expect(unpacked.equals(value), `${elements} elements`).toBe(true);
      }
    },
  );

  it('makes smaller what repeats', () => {
    const counts = new Uint16Array(64 * 1024).map((_, i) => (i % 50 === 0 ? 4000 : i & 15));
    expect(packValue(Buffer.from(counts.buffer), 2).length).toBeLessThan(counts.byteLength / 2);
  });
});

import { expect, it } from 'vitest';
import { SharedCopies } from './shared-copies.js';

const BYTES = Uint8Array.from({ length: 100_000 }, (_, i) => i % 251);

const lengths = [0, 1, 63, 64, 65, 1000, 16 * 1024, 16 * 1024 + 1, 50_003];
const places = [0, 1, 3, 4, 7, 8, 21];

it.each(lengths)('copies %d bytes from anywhere to anywhere, and nothing else', (length) => {
  const copies = new SharedCopies();
  for (const from of places) {
    for (const at of places) {
      for (const offset of [0, 5]) {
        const memory = new SharedArrayBuffer(60_000);
        const target = new Uint8Array(memory, offset);
        copies.copy(BYTES.subarray(from, from + length), target, at);
        const expected = Buffer.alloc(60_000);
        expected.set(BYTES.subarray(from, from + length), offset + at);
        expect(expected.equals(Buffer.from(memory))).toBe(true);
      }
    }
  }
});

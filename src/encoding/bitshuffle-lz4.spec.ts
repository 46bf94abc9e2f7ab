import { describe, expect, it } from 'vitest';
import { unpackBitshuffleLz4 } from './bitshuffle-lz4.js';
import { CorruptData } from './lz4-block.js';

// Made by Python: bits transposed with numpy's unpackbits and packbits, blocks packed by liblz4.
const VECTORS = {
  /** 1003 × uint16, 7i, blocks of 256: several blocks, a short last one, three elements left over. */
  uint16: Buffer.from(
    'AAAAAAAAB9YAAAIAAAAAph+qAQAMH2YBAAwfHgEADC9UqwIAC0+YM2fMBAAJj+DDhw8fPHjwCAAF/QEA/AfwH8B/' +
      'AP8D+A/gP4D/EADwFwD4/x8AgP//AwDw/z8AAP//BwDg/38AAPz/DwDA//8AAAAA4P//IAAQABAAACAAEAAwADD/' +
      '/w8cAAUCABD8EwAAAgAAIAABAgAQ8A4AAQoACQIAEPgXAAUCAAkbAA8CAHtQAAAAAAAAAACuH6oBAAwfZgEADB8e' +
      'AQAML1SrAgALT5gzZ8wEAAmP4MOHDx88ePAIAAX9AQD8B/AfwH8A/wP4D+A/gP8QAPEPAPj/HwCA//8DAPD/PwAA' +
      '//8HAOD/fwAA/P8PAMD/AQAwHwAAEAAQ/yAAUAAA+P//IAAxAADwHQAEIAAAAgADMAADIAABAgAADgABQAAJAgAQ' +
      'gBcAAQIAABcAEeAKAA8CAAMAIAAPAgBkUAAAAAAAAAAAsh+qAQAMH2YBAAwfHgEADC9UqwIAC0+YM2fMBAAJj+DD' +
      'hw8fPHjwCAAF/QEA/AfwH8B/AP8D+A/gP4D/EADwFwD4/x8AgP//AwDw/z8AAP//BwDg/38AAPz/DwDA//8AAAAA' +
      '4P//IAAQABAAACAAEAAwADD//w8cAAAJAAECAAAgAAECABH4DwAPIAAHBQIAEfAmAAQCAAVAAA8CAAQU/CkACgIA' +
      'Dy4ABA8CADFQAAAAAAAAAACpH6oBAAkfZgEACR8eAQAJL1SrAgAIT5gzZ8wEAAaP4MOHDx88ePAIAAL5AQD8B/Af' +
      'wH8A/wP4D+A/gP8QAPAVAAD4/x8AgP//AwDw/z8AAP//BwDg/38AAPz/DwD/////HwAADQAQ/x0AAC0AEP8dAEAA' +
      'APD/BgAQ4CIAAAIAED8OAAACABCADgALAgAFHQAPAgABG8AtAA8CAAoPQQABDwIAK1AAAAAAAFgbXxtmGw==',
    'base64',
  ),
  /** 20 × int32 big endian, i - 10: one block and four elements left over. */
  int32: Buffer.from(
    'AAAAAAAAAFAAACAAAAAAGC//AwIAG/ABqqozM8PD/AP/A/8D/wP/AwAAAAYAAAAHAAAACAAAAAk=',
    'base64',
  ),
  /** 10000 × uint8, i mod 100, the block size left to bitshuffle (0). */
  uint8: Buffer.from(
    'AAAAAAAAJxAAAAAAAAAAlh+qAQD////vH8wBAP///+8X8AEAJwAPAQAHGAAPGQD////MJwD/AgAm8A8CAAcXAA8Z' +
      'AP///8xGAAD//wQANfD/DwQADxkA////1iAAAP4DAAQEQAAADwACBCH//wgAABEADxkA////0wQCAADrAwD4AwAC' +
      'AAAEBBD/CQAAAgAPGQD////PAOMDDwIA////51AAAAAAAAAAAHwfqgEAzh/MAQDOJw/wAQAnAA8BAAcYAA8ZAKo3' +
      'DwD/AgAm8A8CAAcXAA8ZAKpWDwAA//8EADXw/w8EAA8ZALQw8AAA4AAA5gBAAAAPAOQAIf//CAAAEQAPGQCxEP/J' +
      'AAACAADNAADaAAACAADmAA8ZAL4PAgDCUAAAAAAA',
    'base64',
  ),
};

describe('unpackBitshuffleLz4', () => {
  it('unpacks several blocks and the elements left over', () => {
    const bytes = unpackBitshuffleLz4(VECTORS.uint16, 2, 2006);
    const values = Array.from({ length: 1003 }, (_, i) => bytes.readUInt16LE(2 * i));
    expect(values).toEqual(Array.from({ length: 1003 }, (_, i) => 7 * i));
  });

  it('leaves the byte order as it is', () => {
    const bytes = unpackBitshuffleLz4(VECTORS.int32, 4);
    const values = Array.from({ length: 20 }, (_, i) => bytes.readInt32BE(4 * i));
    expect(values).toEqual(Array.from({ length: 20 }, (_, i) => i - 10));
  });

  it('knows the default block size', () => {
    const bytes = unpackBitshuffleLz4(VECTORS.uint8, 1, 10000);
    expect([...bytes]).toEqual(Array.from({ length: 10000 }, (_, i) => i % 100));
  });

  it('refuses a size that is not the expected one, and one that is too large to allocate', () => {
    expect(() => unpackBitshuffleLz4(VECTORS.int32, 4, 84)).toThrow(/unpacks to 80 bytes, not 84/);
    expect(() => unpackBitshuffleLz4(VECTORS.int32, 4, 80, 79)).toThrow(CorruptData);
    const bomb = Buffer.from(VECTORS.int32);
    bomb.writeBigInt64BE(1n << 40n, 0);
    expect(() => unpackBitshuffleLz4(bomb, 4)).toThrow(CorruptData);
    expect(() => unpackBitshuffleLz4(bomb, 4, 2 ** 40)).toThrow(CorruptData);
  });

  it('refuses whatever is cut, and never reads past what there is', () => {
    for (let length = 0; length < VECTORS.int32.length; length++) {
      const cut = VECTORS.int32.subarray(0, length);
      expect(() => unpackBitshuffleLz4(cut, 4, 80), `${length} bytes`).toThrow(CorruptData);
    }
    expect(() => unpackBitshuffleLz4(Buffer.concat([VECTORS.int32, Buffer.alloc(1)]), 4)).toThrow(
      CorruptData,
    );
  });

  it('survives any changed byte: refused, or as long as announced', () => {
    for (let at = 8; at < VECTORS.int32.length; at++) {
      const changed = Buffer.from(VECTORS.int32);
      changed[at] ^= 0xff;
      let outcome: unknown;
      try {
        outcome = unpackBitshuffleLz4(changed, 4, 80).length;
      } catch (error) {
        outcome = error;
      }
      expect(
        outcome === 80 || outcome instanceof CorruptData,
        `byte ${at}: ${String(outcome)}`,
      ).toBe(true);
    }
  });
});

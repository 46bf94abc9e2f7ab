import { assert, bigInt, double, float, integer, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CborWriter } from './cbor-writer.js';
import { decodeCbor } from './decode.fixture.js';

function written(write: (writer: CborWriter) => void): Buffer {
  const writer = new CborWriter();
  write(writer);
  return writer.take();
}

const hex = (write: (writer: CborWriter) => void) => written(write).toString('hex');

describe('the writer of CBOR', () => {
  // Examples of RFC 8949, appendix A.
  it.each([
    [0, '00'],
    [23, '17'],
    [24, '1818'],
    [255, '18ff'],
    [256, '190100'],
    [65_536, '1a00010000'],
    [4_294_967_295, '1affffffff'],
    [4_294_967_296, '1b0000000100000000'],
    [1_000_000_000_000, '1b000000e8d4a51000'],
    [18_446_744_073_709_551_615n, '1bffffffffffffffff'],
    [-1, '20'],
    [-1000, '3903e7'],
    [-9_223_372_036_854_775_808n, '3b7fffffffffffffff'],
  ])('writes %s in as few bytes as it needs', (value, expected) => {
    expect(hex((writer) => writer.integer(value))).toBe(expected);
  });

  it.each([
    [0, 'f90000'],
    [-0, 'f98000'],
    [1.5, 'f93e00'],
    [65_504, 'f97bff'],
    [65_536, 'fa47800000'],
    [100_000, 'fa47c35000'],
    [5.960_464_477_539_063e-8, 'f90001'],
    [0.000_061_035_156_25, 'f90400'],
    [1.1, 'fb3ff199999999999a'],
    [3.402_823_466_385_288_6e38, 'fa7f7fffff'],
    [1e300, 'fb7e37e43c8800759c'],
    [Infinity, 'f97c00'],
    [-Infinity, 'f9fc00'],
    [Number.NaN, 'f97e00'],
  ])('writes the float %s in the shortest that keeps it', (value, expected) => {
    expect(hex((writer) => writer.float(value))).toBe(expected);
  });

  it('writes every half float as one', () => {
    const halves = Array.from({ length: 2 ** 16 }, (_, bits) =>
      Buffer.from([0xf9, bits >> 8, bits & 255]),
    );
    const wrong = halves.filter((half) => {
      const value = decodeCbor(half) as number;
      return !Number.isNaN(value) && !written((writer) => writer.float(value)).equals(half);
    });
    expect(wrong).toEqual([]);
  });

  it('loses nothing', () => {
    assert(
      property(double(), float(), bigInt({ min: -(2n ** 64n), max: 2n ** 64n - 1n }), (d, f, i) => {
        expect(decodeCbor(written((writer) => writer.float(d)))).toBe(d);
        expect(decodeCbor(written((writer) => writer.float(f)))).toBe(f);
        expect(BigInt(decodeCbor(written((writer) => writer.integer(i))) as number)).toBe(i);
      }),
    );
    assert(
      property(string(), integer(), (text, number) => {
        const item = written((writer) => {
          writer.array(3);
          writer.text(`${text}é漢🚀`);
          writer.integer(number);
          writer.boolean(true);
        });
        expect(decodeCbor(item)).toEqual([`${text}é漢🚀`, number, true]);
      }),
    );
  });
});

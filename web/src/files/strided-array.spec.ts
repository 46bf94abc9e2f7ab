import { expect, it } from 'vitest';
import { StridedArray, copyValues } from './strided-array.js';

const cube = new StridedArray(
  Float32Array.from({ length: 24 }, (_, index) => index),
  [2, 3, 4],
);

function copyOf(array: StridedArray): unknown[] {
  const copy = new StridedArray([], array.shape);
  copyValues(copy, array);
  return copy.data as unknown as unknown[];
}

it('finds values in row-major order', () => {
  expect(cube.get(1, 2, 3)).toBe(23);
  expect(cube.size).toBe(24);
  expect(cube.dtype).toBe('float32');
});

it('picks one image of a stack', () => {
  const image = cube.pick(1, null, null);

  expect(image.shape).toEqual([3, 4]);
  expect(copyOf(image)).toEqual([12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23]);
});

it('swaps axes', () => {
  const turned = cube.pick(0, null, null).transpose(1, 0);

  expect(turned.shape).toEqual([4, 3]);
  expect(copyOf(turned)).toEqual([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]);
});

it('copies a single value', () => {
  expect(copyOf(cube.pick(1, 0, 2))).toEqual([14]);
});

it('copies nothing where an axis is empty', () => {
  expect(copyOf(new StridedArray([], [0, 3]))).toEqual([]);
});

it('names the types of large integers and of lists', () => {
  expect(new StridedArray(new BigInt64Array(1), [1]).dtype).toBe('bigint64');
  expect(new StridedArray(['a'], [1]).dtype).toBe('array');
});

it('sets values', () => {
  const line = new StridedArray(['a', 'b'], [2]);
  line.set(1, 'c');

  expect(line.data).toEqual(['a', 'c']);
});

import { StridedArray, type Values } from './strided-array.js';

/** Stands for the package `ndarray` in H5Web; see vite.config.ts. */
export default function ndarray(data: Values, shape: number[] = [data.length]): StridedArray {
  return new StridedArray(data, shape);
}

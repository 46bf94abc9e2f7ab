/** Stands for the package `ndarray-ops` in H5Web, which uses no more than this; see vite.config.ts. */
export { copyValues as assign } from './strided-array.js';

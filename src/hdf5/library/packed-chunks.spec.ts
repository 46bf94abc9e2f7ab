import { ready } from 'h5wasm/node';
import { beforeAll, expect, it } from 'vitest';
import type { H5 } from './h5.js';
import { loadPackedChunks } from './load-packed-chunks.js';
import type { PackedChunks } from './packed-chunks.js';

const MB = 1024 * 1024;
const chunk = Buffer.alloc(MB);
let h5: H5;
let chunks: PackedChunks;

beforeAll(async () => {
  h5 = await ready;
  chunks = loadPackedChunks(h5);
});

it('tells when HDF5 did not write the chunk, and keeps no memory', () => {
  const once = () => chunks.write(chunk, () => undefined);
  expect(once).toThrow('HDF5 did not take the packed chunk');
  const before = h5.HEAPU8.length;
  for (let i = 0; i < 500; i++) expect(once).toThrow('did not take');
  expect(h5.HEAPU8.length).toBe(before);
});

it('passes on what HDF5 threw, and keeps no memory', () => {
  const once = () =>
    chunks.write(chunk, () => {
      throw new Error('disk on fire');
    });
  expect(once).toThrow('disk on fire');
  const before = h5.HEAPU8.length;
  for (let i = 0; i < 500; i++) expect(once).toThrow('disk on fire');
  expect(h5.HEAPU8.length).toBe(before);
});

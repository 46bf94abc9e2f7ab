import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { Hdf5File } from '../hdf5-file.js';
import { Hdf5Library } from '../library/hdf5-library.js';
import { inspectFile, readDataset } from './inspect.js';
import { GENERAL } from '../row-blocks.fixture.js';

const folder = mkdtempSync(join(tmpdir(), 'inspect-'));

afterAll(() => rmSync(folder, { recursive: true }));

it('fails in one line on what can not be read, and the thread stays usable', async () => {
  const library = await Hdf5Library.load();
  const path = join(folder, 'a.h5');
  const noise = join(folder, 'noise.h5');
  writeFileSync(noise, 'this is not an HDF5 file');
  Hdf5File.create(library, { path, general: GENERAL, format: 'compact' }).finish();

  const failure = expect.objectContaining({
    code: 'hdf5_read_failed',
    message: expect.not.stringContaining('\n'),
  });
  expect(() => inspectFile(library, noise)).toThrow(failure);
  expect(() => inspectFile(library, join(folder, 'missing.h5'))).toThrow(failure);
  expect(() => readDataset(library, path, '/data/X/data')).toThrow(failure);
  expect(() => readDataset(library, path, '/data')).toThrow(failure);
  expect(library.needsFreshThread).toBe(false);
  expect(readDataset(library, path, '/general/user')).toEqual(['me']);
});

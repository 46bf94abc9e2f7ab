import { expect, it } from 'vitest';
import { listedName } from './files.js';

it.each([
  ['/sf/bernina/data/p12345/raw/run0007/data/acq0001.BSDATA.h5', 'run0007/acq0001.BSDATA.h5'],
  ['/raw/run12345-laser/data/acq0002.CAMERAS.h5', 'run12345-laser/acq0002.CAMERAS.h5'],
  ['/sf/bernina/data/p12345/raw/scan/run_000007.BSREAD.h5', 'run_000007.BSREAD.h5'],
  ['/data/run_0001.h5', 'run_0001.h5'],
  ['run_0001.h5', 'run_0001.h5'],
])('%s is listed as %s', (path, name) => {
  expect(listedName(path)).toBe(name);
});

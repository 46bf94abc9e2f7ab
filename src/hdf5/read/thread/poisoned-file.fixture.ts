import { readFileSync, writeFileSync } from 'node:fs';
import { Hdf5File } from '../../hdf5-file.js';
import type { Hdf5Library } from '../../library/hdf5-library.js';
import type { Attributes } from '../../library/attributes.js';
import { GENERAL, blockOf } from '../../row-blocks.fixture.js';

/** A small file with channels of numbers and of texts. */
export function writeSmallFile(
  library: Hdf5Library,
  path: string,
  attributes: Attributes = { request_id: 'of-a-small-file', missing_channels: ['C', 'D'] },
): string {
  const file = Hdf5File.create(library, { path, general: GENERAL, format: 'compact' });
  for (const [name, type] of [
    ['A', 'float64'],
    ['B', 'string'],
  ] as const) {
    const channel = file.openChannel({ name, type, shape: [1] });
    const rows = [1, 2, 3].map((pulseId) => ({ pulseId, value: [`${pulseId}`], date: 'today' }));
    channel.append(blockOf(type, [1], rows));
    channel.close();
  }
  file.finish(attributes);
  return path;
}

/** Changes the size in the header of a file's global heap so that HDF5 never gets past it. */
export function poison(path: string): void {
  const bytes = readFileSync(path);
  // GCOL, version, size of the collection, which ends behind the file's end now.
  bytes[bytes.indexOf('GCOL') + 8] = 255;
  writeFileSync(path, bytes);
}

/** Changes up to four bytes of a file, the same ones for the same seed. */
export function flipBytes(path: string, seed: number): void {
  let state = seed;
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  random();
  const bytes = readFileSync(path);
  for (let flips = 1 + Math.floor(random() * 4); flips > 0; flips--) {
    bytes[Math.floor(random() * bytes.length)] = random() < 0.3 ? 255 : Math.floor(random() * 256);
  }
  writeFileSync(path, bytes);
}

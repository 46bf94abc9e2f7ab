import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Hdf5File } from '../hdf5-file.js';
import { Hdf5Library } from './hdf5-library.js';
import { inspectFile, readDataset } from '../read/inspect.js';
import { blockOf, GENERAL } from '../row-blocks.fixture.js';

const folder = mkdtempSync(join(tmpdir(), 'gathered-'));
const path = join(folder, 'a.h5');

afterAll(() => rmSync(folder, { recursive: true }));

describe('a file whose beginning is gathered in memory', () => {
  let library: Hdf5Library;
  beforeAll(async () => {
    library = await Hdf5Library.load();
  });

  /** A file of channels of `rows` rows each; `bytes` of it on disk before it is finished. */
  function write(channels: number, rows: number): { before: number } {
    rmSync(path, { force: true });
    const options = { path, general: GENERAL, format: 'compact' } as const;
    const file = Hdf5File.create(library, options);
    for (let c = 0; c < channels; c++) {
      const channel = file.openChannel({ name: `C${c}`, type: 'float64', shape: [] });
      const points = Array.from({ length: rows }, (_, i) => ({ pulseId: i, value: [c + i / 8] }));
      channel.append(blockOf('float64', [], points));
      channel.close();
    }
    const before = statSync(path).size;
    file.finish({ request_id: 'x' });
    return { before };
  }

  // Of a small file, one that ends near the limit of 128 KiB, and some that go beyond.
  it.each([1, 20, 35, 40, 60, 300])('has everything in it, with %i channels', (channels) => {
    write(channels, 50);
    expect(inspectFile(library, path).datasets).toHaveLength(4 + 5 * channels);
    for (let c = 0; c < channels; c++) {
      const values = Array.from(readDataset(library, path, `/data/C${c}/data`));
      expect(values).toEqual(Array.from({ length: 50 }, (_, i) => c + i / 8));
      const present = readDataset(library, path, `/data/C${c}/is_data_present`);
      expect(Array.from(present)).toEqual(Array(50).fill(1));
    }
  });

  it('is as long as what HDF5 takes for its end', () => {
    write(3, 50);
    // The end of the file in a superblock of version 0 (HDF5 File Format Specification 3.0, II.A).
    expect(readFileSync(path).readBigUInt64LE(40)).toBe(BigInt(statSync(path).size));
  });

  it('reaches the disk when it is finished, a small one not before', () => {
    expect(write(3, 50).before).toBeLessThan(1000);
    expect(write(3, 50_000).before).toBeGreaterThan(1_000_000);
  });

  it.runIf(existsSync('/proc/self/fd'))(
    'lets its descriptors go, whether it is finished or not',
    () => {
      const descriptors = () => readdirSync('/proc/self/fd').length;
      const before = descriptors();
      write(3, 50);
      const options = { path: join(folder, 'b.h5'), general: GENERAL } as const;
      Hdf5File.create(library, { ...options, format: 'compact' }).abort();
      expect(descriptors()).toBe(before);
      expect(readdirSync(folder)).toEqual(['a.h5']);
    },
  );
});

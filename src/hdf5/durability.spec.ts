import { fstatSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { Hdf5File } from './hdf5-file.js';
import { Hdf5Library } from './library/hdf5-library.js';
import { blockOf, GENERAL } from './row-blocks.fixture.js';

const folder = mkdtempSync(join(tmpdir(), 'durability-'));
const path = join(folder, 'a.h5');
const synced: Buffer[] = [];
let flushes: Promise<void>[] = [];
let flushError: Error | null = null;

afterAll(() => rmSync(folder, { recursive: true }));

vi.mock('node:fs', async (importOriginal) => {
  const fs = await importOriginal<typeof import('node:fs')>();
  const fsyncSync = (fd: number): void => {
    if (fstatSync(fd).ino === statSync(path).ino) synced.push(readFileSync(path));
    fs.fsyncSync(fd);
  };
  const fdatasync = (fd: number, callback: (error: Error | null) => void): void => {
    const done = new Promise<void>((resolve) => {
      fs.fdatasync(fd, (error) => {
        callback(flushError ?? error);
        resolve();
      });
    });
    flushes.push(done);
  };
  return { ...fs, fsyncSync, fdatasync };
});

it('waits until the finished file is on the disk', async () => {
  const library = await Hdf5Library.load();
  const file = Hdf5File.create(library, {
    path,
    general: GENERAL,
    format: 'compact',
    entry: { title: 'a.h5' },
  });
  const rows = file.openChannel({ name: 'X', type: 'bool', shape: [] });
  rows.append(blockOf('bool', [], [{ pulseId: 1, value: [1] }]));
  rows.close();
  file.finish();
  // Everything was written before: nothing was changed after the last fsync.
  expect(synced.at(-1)?.equals(readFileSync(path))).toBe(true);
});

/** Writes 24 MB, and lets what goes on beside it end now and then. */
async function writeLarge(): Promise<Hdf5File> {
  flushes = [];
  const library = await Hdf5Library.load();
  const options = { path, general: GENERAL, format: 'compact' } as const;
  rmSync(path, { force: true });
  const file = Hdf5File.create(library, options);
  const rows = file.openChannel({ name: 'X', type: 'float64', shape: [1000] });
  const thousand = Array.from({ length: 1000 }, (_, row) => ({ pulseId: row, value: [] }));
  const values = { type: 'float64', array: new Float64Array(1_000_000).fill(1) } as const;
  for (let i = 0; i < 3; i++) {
    rows.append({ ...blockOf('float64', [0], thousand), values });
    await Promise.all(flushes);
  }
  rows.close();
  return file;
}

it('has a large file taken up by the disk while it is being written', async () => {
  const file = await writeLarge();
  const { length } = flushes;
  file.finish();
  expect(length).toBeGreaterThan(1);
  expect(synced.at(-1)?.equals(readFileSync(path))).toBe(true);
});

it('fails a file that the disk did not take up', async () => {
  flushError = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
  const file = await writeLarge();
  expect(() => file.finish()).toThrow(expect.objectContaining({ code: 'disk_full' }));
  file.abort();
});

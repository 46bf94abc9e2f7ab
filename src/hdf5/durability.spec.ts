import { fstatSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { Hdf5File } from './hdf5-file.js';
import { Hdf5Library } from './hdf5-library.js';
import { blockOf, GENERAL } from './row-blocks.fixture.js';

const folder = mkdtempSync(join(tmpdir(), 'durability-'));
const path = join(folder, 'a.h5');
const synced: Buffer[] = [];

afterAll(() => rmSync(folder, { recursive: true }));

vi.mock('node:fs', async (importOriginal) => {
  const fs = await importOriginal<typeof import('node:fs')>();
  const fsyncSync = (fd: number): void => {
    if (fstatSync(fd).ino === statSync(path).ino) synced.push(readFileSync(path));
    fs.fsyncSync(fd);
  };
  return { ...fs, fsyncSync };
});

it('waits until the finished file is on the disk', async () => {
  const library = await Hdf5Library.load();
  const file = Hdf5File.create(library, {
    path,
    spoolPath: '',
    general: GENERAL,
    format: 'compact',
  });
  const rows = file.openChannel({ name: 'X', type: 'bool', shape: [] });
  rows.append(blockOf('bool', [], [{ pulseId: 1, value: [1] }]));
  rows.close();
  file.finish();
  // Everything was written before: nothing was changed after the last fsync.
  expect(synced.at(-1)?.equals(readFileSync(path))).toBe(true);
});

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Spool } from '../rows/spool.js';
import { Hdf5File, type FileFormat } from './hdf5-file.js';
import { Hdf5Library } from './library/hdf5-library.js';
import { blockOf, GENERAL, textColumn } from './row-blocks.fixture.js';

const folder = mkdtempSync(join(tmpdir(), 'disk-full-'));
const DISK_BYTES = 4 * 1024 * 1024;
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder]).status === 0;

afterAll(() => {
  if (mounted) spawnSync('umount', ['--lazy', folder]);
  rmdirSync(folder);
});

function writeUntilFull(library: Hdf5Library, format: FileFormat): unknown {
  const path = join(folder, 'a.h5');
  const file = Hdf5File.create(library, { path, general: GENERAL, format });
  try {
    const rows = file.openChannel({ name: 'X', type: 'float64', shape: [1000] });
    const pulseIds = new BigInt64Array(100);
    for (let i = 0; i < 50; i++) {
      rows.append({
        rows: 100,
        pulseIds,
        timestamps: pulseIds,
        present: new Uint8Array(100).fill(1),
        globalDates: textColumn(Array.from(pulseIds, () => 'date')),
        values: { type: 'float64', array: new Float64Array(100_000).fill(1) },
      });
    }
    rows.close();
    file.finish();
    return undefined;
  } catch (error) {
    file.abort();
    return error;
  }
}

/** Writes 100 channels with plots. @returns bytes of the file */
function writePlots(library: Hdf5Library, path: string): number {
  const file = Hdf5File.create(library, {
    path,
    general: GENERAL,
    format: 'compact',
    entry: { title: 'a.h5' },
  });
  try {
    for (let i = 0; i < 100; i++) {
      const rows = file.openChannel({ name: `X${i}`, type: 'float64', shape: [1] });
      rows.append(blockOf('float64', [1], [{ pulseId: i, value: [i] }]));
      rows.close();
    }
    file.finish();
    return statSync(path).size;
  } catch (error) {
    file.abort();
    throw error;
  }
}

/** Writes a file of 300 KB. @returns its bytes */
function writeSmall(library: Hdf5Library, path: string): number {
  const file = Hdf5File.create(library, { path, general: GENERAL, format: 'compact' });
  try {
    const rows = file.openChannel({ name: 'X', type: 'float64', shape: [] });
    const points = Array.from({ length: 5000 }, (_, i) => ({ pulseId: i, value: [i] }));
    rows.append(blockOf('float64', [], points));
    rows.close();
    file.finish();
    return statSync(path).size;
  } catch (error) {
    file.abort();
    throw error;
  }
}

// A full disk needs a disk of its own, which takes a privileged account.
describe.runIf(mounted)('a full disk', () => {
  it.each([
    ['only the plots find', writePlots, 0, (size: number) => DISK_BYTES - size],
    ['the last that was gathered finds', writeSmall, 200_000, () => DISK_BYTES - 65_536],
  ])('fails the file when %s no room', async (_what, write, least, taken) => {
    const library = await Hdf5Library.load();
    const path = join(folder, 'a.h5');
    const size = write(library, path);
    expect(size).toBeGreaterThan(least);
    rmSync(path);
    const filler = join(folder, 'filler');
    writeFileSync(filler, Buffer.alloc(taken(size) + 32_768));
    expect(() => write(library, path)).toThrow(
      expect.objectContaining({ code: 'disk_full', needsFreshThread: false }),
    );
    expect(existsSync(path)).toBe(false);
    rmSync(filler);
    expect(write(library, path)).toBe(size);
    rmSync(path);
  });

  it('fails the file with its own code and one line, and asks for a fresh thread', async () => {
    const library = await Hdf5Library.load();

    // Rows that wait are written by our own code: HDF5 is not concerned.
    const extended = new Spool(join(folder, 'a.spool'));
    expect(writeUntilFull(library, { extended })).toMatchObject({
      code: 'ENOSPC',
      path: extended.path,
    });
    expect(library.needsFreshThread).toBe(false);

    const error = writeUntilFull(library, 'compact') as Error;
    expect(error).toMatchObject({ name: 'Hdf5Failure', code: 'disk_full', needsFreshThread: true });
    expect(error.message).toMatch(/a\.h5: .*No space left on device$/);
    expect(library.needsFreshThread).toBe(true);

    expect(() => writeUntilFull(library, 'compact')).toThrow(
      expect.objectContaining({ needsFreshThread: true }),
    );
  });
});

import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ScatteredPulseIds } from '../../hdf5/extended/pulse-id-set.js';
import type { FileMaker } from '../../hdf5/handed/file-maker.js';
import type { HandedFile } from '../../hdf5/handed/handed-file.js';
import { newBuffers } from '../../hdf5/handed/shared-buffers.js';
import { Hdf5Failure } from '../../hdf5/library/hdf5-failure.js';
import { Hdf5Library } from '../../hdf5/library/hdf5-library.js';
import { inspectFile } from '../../hdf5/read/inspect.js';
import { GENERAL, textColumn } from '../../hdf5/row-blocks.fixture.js';
import { ChannelFailure, ChannelGoesOn } from '../../report/errors.js';
import { block, extendedAt, makerWith, ROWS, VALUES } from './handed-rows.fixture.js';
import { partners } from './partners.fixture.js';

const KIB = 1024;

const folder = mkdtempSync(join(tmpdir(), 'two-threads-'));
const disk = mkdtempSync(join(folder, 'disk-'));
let library: Hdf5Library;
let count = 0;

beforeAll(async () => {
  library = await Hdf5Library.load();
});

afterAll(() => rmSync(folder, { recursive: true }));

const newPath = () => join(folder, `${count++}.h5`);

describe('a file that is handed to a thread of its own', { timeout: 30_000 }, () => {
  const { partnership } = partners();
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk]).status === 0;
  afterAll(() => {
    if (mounted) spawnSync('umount', ['--lazy', disk]);
    rmSync(disk, { recursive: true });
  });

  /** Rows until the file has failed. */
  function fillUntilFailed(file: HandedFile): void {
    const rows = file.openChannel({ name: 'X', type: 'float64', shape: [VALUES] });
    for (let i = 0; i < 1000; i++) rows.append(block(i * ROWS));
  }

  async function proveGood(files: FileMaker, where = folder): Promise<void> {
    const path = join(where, `${count++}.h5`);
    const file = files.create({ path, general: GENERAL, format: 'compact' });
    const rows = file.openChannel({ name: 'X', type: 'float64', shape: [VALUES] });
    for (let i = 0; i < 30; i++) rows.append(block(i * ROWS));
    rows.close();
    await file.finish();
    expect(
      inspectFile(library, path).datasets.find(({ path }) => path === '/data/X/data'),
    ).toMatchObject({ shape: [30 * ROWS, VALUES] });
    rmSync(path);
  }

  it('is written while few rows come slowly', async () => {
    const files = await makerWith(library, partnership());
    const path = newPath();
    const file = files.create({ path, general: GENERAL, format: 'compact' });
    const rows = file.openChannel({ name: 'X', type: 'float64', shape: [VALUES] });
    const now = vi.spyOn(performance, 'now');
    try {
      now.mockReturnValue(1e9);
      rows.append(block(0));
      now.mockReturnValue(1e9 + 10_000);
      rows.append(block(ROWS));
    } finally {
      now.mockRestore();
    }
    await expect.poll(() => statSync(path).size).toBeGreaterThan(0);
    rows.append(block(2 * ROWS));
    rows.close();
    await file.finish();
    const { datasets } = inspectFile(library, path);
    const data = datasets.find((each) => each.path === '/data/X/data');
    expect(data).toMatchObject({ shape: [3 * ROWS, VALUES] });
  });

  it('says at once what is wrong with a channel, and goes on', async () => {
    const files = await makerWith(library, partnership(newBuffers(2, 4 * KIB)));
    const file = files.create({ path: newPath(), general: GENERAL, format: 'compact' });
    const header = { name: 'X', type: 'float64', shape: [VALUES] } as const;
    const first = file.openChannel(header);
    first.append(block(1));
    expect(() => file.openChannel({ ...header, name: 'Y' })).toThrow('X was not closed');
    first.close(5);
    expect(() => file.openChannel({ ...header, name: 'a/b' })).toThrow(ChannelFailure);
    expect(() => file.openChannel({ ...header, shape: [-1] })).toThrow(ChannelFailure);
    expect(() => file.openChannel({ ...header, type: 'int8' })).toThrow('it came before as');
    expect(file.headerOf('X')).toEqual(header);
    file.openChannel(header).close();
    expect(() => file.openChannel(header)).toThrow(ChannelGoesOn);
    await file.finish();
  });

  it('fails before there is a row where it can not be made', async () => {
    const files = await makerWith(library, partnership());
    const path = join(folder, 'gone', 'x.h5');
    expect(() => files.create({ path, general: GENERAL, format: 'compact' })).toThrow(Hdf5Failure);
  });

  it('is gone when it is given up, and the next one is written', async () => {
    const files = await makerWith(library, partnership());
    for (const format of ['compact', 'extended']) {
      const path = newPath();
      const file = files.create({
        path,
        general: GENERAL,
        format: format === 'extended' ? extendedAt(path) : 'compact',
      });
      const rows = file.openChannel({ name: 'X', type: 'float64', shape: [VALUES] });
      for (let i = 0; i < 100; i++) rows.append(block(i * ROWS));
      await file.abort();
      await file.abort();
      expect(existsSync(path)).toBe(false);
      expect(existsSync(`${path}.spool`)).toBe(false);
    }
    await proveGood(files);
    expect(files.needsFreshThread).toBe(false);
  });

  it('fails as one that was moved away where it was', async () => {
    const files = await makerWith(library, partnership());
    const path = newPath();
    for (const other of [undefined, 'in its place']) {
      const file = files.create({ path, general: GENERAL, format: 'compact' });
      renameSync(path, `${path}.moved`);
      if (other) writeFileSync(path, other);
      expect(() => fillUntilFailed(file)).toThrow(
        expect.objectContaining({
          name: 'Hdf5Failure',
          cause: expect.objectContaining({ code: 'ENOENT' }),
        }),
      );
      await file.abort();
      rmSync(`${path}.moved`);
    }
    expect(files.needsFreshThread).toBe(false);
    await proveGood(files);
  });

  it('tells in the end of pulse ids that are too scattered', async () => {
    const files = await makerWith(library, partnership());
    const path = newPath();
    const file = files.create({ path, general: GENERAL, format: extendedAt(path) });
    const rows = file.openChannel({ name: 'X', type: 'int8', shape: [] });
    const size = 140_000;
    const columns = {
      rows: size,
      pulseIds: BigInt64Array.from({ length: size }, (_, i) => BigInt(i * 1024)),
      timestamps: new BigInt64Array(size),
      present: new Uint8Array(size),
      globalDates: textColumn(Array.from({ length: size }, () => '')),
    };
    rows.append({ ...columns, values: { type: 'int8', array: new Int8Array(size) } });
    const ended = async () => {
      rows.close();
      await file.finish();
    };
    await expect(ended()).rejects.toThrow(ScatteredPulseIds);
    await file.abort();
    await proveGood(files);
  });

  // A full disk needs a disk of its own, which takes a privileged account.
  it.runIf(mounted)('fails in time where the disk is full', async () => {
    const files = await makerWith(library, partnership());
    const path = join(disk, 'x.h5');

    // Rows that wait are written by our own code: HDF5 is not concerned.
    const extended = files.create({ path, general: GENERAL, format: extendedAt(path) });
    expect(() => fillUntilFailed(extended)).toThrow(
      expect.objectContaining({ code: 'ENOSPC', syscall: 'write', path: `${path}.spool` }),
    );
    await extended.abort();
    expect(files.needsFreshThread).toBe(false);
    await proveGood(files, disk);

    const compact = files.create({ path, general: GENERAL, format: 'compact' });
    const failure = { name: 'Hdf5Failure', code: 'disk_full', needsFreshThread: true };
    expect(() => fillUntilFailed(compact)).toThrow(expect.objectContaining(failure));
    expect(() => compact.openChannel({ name: 'Y', type: 'int8', shape: [] })).toThrow(
      expect.objectContaining(failure),
    );
    await compact.abort();
    expect(files.needsFreshThread).toBe(true);
    expect(readdirSync(disk)).toEqual([]);
  });
});

import { execFileSync } from 'node:child_process';
import { closeSync, openSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../writer/temporary-folder.fixture.js';
import { Hdf5Library } from '../hdf5-library.js';
import { DamagedFile, FileUnreadable } from './errors.js';
import { FileReader } from './file-reader.js';
import { flipBytes, poison, writeSmallFile } from './poisoned-file.fixture.js';

describe('FileReader', { timeout: 60_000 }, () => {
  const folder = temporaryFolders();
  const readers: FileReader[] = [];
  let library: Hdf5Library;
  beforeAll(async () => {
    library = await Hdf5Library.load();
  });
  afterEach(() => {
    for (const each of readers.splice(0)) each.close();
  });

  function reader(computing = 10, waiting = 60): FileReader {
    const made = new FileReader({ computing, waiting });
    readers.push(made);
    return made;
  }

  const small = (name = 'a.h5') => writeSmallFile(library, join(folder(), name));

  it('tells what is in a file, or only its attributes', async () => {
    const path = small();
    const attributes = { request_id: 'of-a-small-file', missing_channels: ['C', 'D'] };
    expect(await reader().read(path)).toMatchObject({
      attributes,
      channels: [
        { name: 'A', rows: 3 },
        { name: 'B', rows: 3 },
      ],
    });
    expect(await reader().read(path, [])).toEqual({ attributes, channels: [] });
  });

  it('finds a file damaged that keeps HDF5 busy for ever, and goes on', async () => {
    const [poisoned, good] = [small(), small()];
    poison(poisoned);
    const one = reader(1);
    const damaged = one.read(poisoned);
    const next = one.read(good);
    await expect(damaged).rejects.toThrow(/a\.h5 is damaged: HDF5 comes to no end with it/);
    await expect(next).resolves.toMatchObject({ channels: [{ rows: 3 }, { rows: 3 }] });
  });

  it('finds a file damaged that HDF5 refuses, and does not take the next one for it', async () => {
    const [torn, good] = [small(), small()];
    truncateSync(torn, 9000);
    const one = reader();
    await one.read(good);
    await expect(one.read(torn)).rejects.toBeInstanceOf(DamagedFile);
    await expect(one.read(good)).resolves.toMatchObject({ channels: [{ rows: 3 }, { rows: 3 }] });
  });

  it('comes to an end with files in which bytes have changed', async () => {
    const one = reader(1);
    const endings = new Set<string>();
    for (let seed = 1; seed <= 24; seed++) {
      const path = small();
      flipBytes(path, seed);
      endings.add(
        await one.read(path).then(
          () => 'read',
          (error: Error) => error.name,
        ),
      );
    }
    expect([...endings].sort()).toEqual(['DamagedFile', 'read']);
  });

  it('does not take a disk for a damaged file that refuses to read', async () => {
    // Reading there fails with EIO.
    const error: unknown = await reader()
      .read('/proc/self/mem')
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(FileUnreadable);
    expect(error).toMatchObject({ transient: true, message: expect.stringMatching(/I\/O error/) });
  });

  it('does not take a disk for a damaged file that gives nothing', async () => {
    const path = join(folder(), 'pipe');
    execFileSync('mkfifo', [path]);
    const reading = reader(10, 0.5).read(path);
    await expect(reading).rejects.toThrow(/the disk has given nothing for 0\.5 s/);
    await expect(reading).rejects.toMatchObject({ transient: true });
    // Lets the thread go that waits for it.
    closeSync(openSync(path, 'r+'));
  });

  it('says that a file is not there', async () => {
    await expect(reader().read(join(folder(), 'none.h5'))).rejects.toThrow(/ENOENT/);
  });
});

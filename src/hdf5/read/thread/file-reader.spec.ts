import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { File } from 'h5wasm/node';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { someOf } from '../../../../test/support/tries.js';
import { temporaryFolders } from '../../../writer/temporary-folder.fixture.js';
import { Hdf5Library } from '../../library/hdf5-library.js';
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
    expect(await reader().read(path, [])).toEqual({ attributes, channels: [], layout: 'data' });
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

  /** @returns a file whose pulse ids are packed by gzip, after its bytes were changed */
  function packedFile(change: (bytes: Buffer) => void): string {
    const path = join(folder(), 'packed.h5');
    const file = new File(path, 'w', { libver: ['earliest', 'v110'] });
    const channel = file.create_group('data').create_group('A');
    const data = new BigInt64Array(3000).map((_, i) => BigInt(i * i));
    const packed = { data, chunks: [1000], compression: 'gzip' as const };
    channel.create_dataset({ name: 'pulse_id', ...packed });
    for (const name of ['data', 'is_data_present', 'global_date']) {
      channel.create_dataset({ name, data });
    }
    file.close();
    const bytes = readFileSync(path);
    change(bytes);
    writeFileSync(path, bytes);
    return path;
  }

  it('finds a file damaged that a filter can’t unpack', async () => {
    const whole = packedFile(() => undefined);
    await expect(reader().read(whole)).resolves.toMatchObject({ channels: [{ rows: 3000 }] });
    const torn = packedFile((bytes) => {
      const chunk = [1, 0x5e, 0x9c, 0xda]
        .map((level) => bytes.indexOf(Buffer.of(0x78, level)))
        .find((at) => at >= 0)!;
      bytes.fill(0xff, chunk + 8, chunk + 200);
    });
    await expect(reader().read(torn)).rejects.toBeInstanceOf(DamagedFile);
  });

  it('does not take a file for damaged whose filter is missing here', async () => {
    const path = packedFile((bytes) => bytes.writeUInt16LE(32_015, bytes.indexOf('deflate') - 8));
    const reading = reader().read(path);
    await expect(reading).rejects.toBeInstanceOf(FileUnreadable);
    await expect(reading).rejects.toMatchObject({ transient: false });
  });

  it('comes to an end with files in which bytes have changed', async () => {
    const one = reader(1);
    const endings = new Set<string>();
    for (const seed of someOf(Array.from({ length: 24 }, (_, i) => i + 1))) {
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

  it('says that a file is not there, or is a folder', async () => {
    await expect(reader().read(join(folder(), 'none.h5'))).rejects.toThrow(
      /can't be read: it does not exist/,
    );
    await expect(reader().read(folder())).rejects.toThrow(/can't be read: it is a folder/);
  });
});

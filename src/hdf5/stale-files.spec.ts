import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { failureOf } from '../writer/job/failure-of.js';
import { readContents } from './read/file-contents.js';
import { Hdf5File } from './hdf5-file.js';
import { Hdf5Failure } from './library/hdf5-failure.js';
import { Hdf5Library } from './library/hdf5-library.js';
import { writeSmallFile } from './read/thread/poisoned-file.fixture.js';
import { GENERAL, blockOf } from './row-blocks.fixture.js';

/** As HDF5 has it. */
const fs = createRequire(import.meta.url)('node:fs') as typeof import('node:fs');
const { readSync, writeSync } = fs;

const folder = mkdtempSync(join(tmpdir(), 'stale-'));
let library: Hdf5Library;

beforeAll(async () => {
  library = await Hdf5Library.load();
});
afterEach(() => replace({ readSync, writeSync }));
afterAll(() => rmSync(folder, { recursive: true }));

/** For HDF5, and for us. */
function replace(calls: object): void {
  Object.assign(fs, calls);
  syncBuiltinESMExports();
}

/** A file server no longer knows a file: Node has no name for that, nor has emscripten. */
function stale(syscall: string): never {
  const message = `Unknown system error -116: Unknown system error -116, ${syscall}`;
  throw Object.assign(new Error(message), {
    code: 'Unknown system error -116',
    errno: -116,
    syscall,
  });
}

describe('a file that its server no longer knows', () => {
  it('is never read as zeros', () => {
    const path = writeSmallFile(library, join(folder, 'a.h5'));
    const whole = readContents(library, path);
    let failed = 0;
    for (let reads = 0; reads < 100; reads++) {
      let before = reads;
      replace({
        readSync: (...args: Parameters<typeof readSync>) =>
          before-- === 0 ? stale('read') : readSync(...args),
      });
      try {
        // HDF5 finds its way without some of them.
        expect(readContents(library, path)).toEqual(whole);
      } catch (error) {
        expect(error).toBeInstanceOf(Hdf5Failure);
        failed++;
      }
    }
    expect(failed).toBeGreaterThan(5);
  });

  it('is not written in a loop', () => {
    const path = join(folder, 'b.h5');
    let writes = 0;
    replace({
      writeSync: (...args: Parameters<typeof writeSync>) =>
        writes++ < 1000 ? stale('write') : writeSync(...args),
    });
    expect(() => Hdf5File.create(library, { path, general: GENERAL, format: 'compact' })).toThrow(
      Hdf5Failure,
    );
    expect(writes).toBeLessThan(1000);
  });

  it('may be written later', async () => {
    const path = join(folder, 'c.h5');
    const other = await Hdf5Library.load();
    const file = Hdf5File.create(other, { path, general: GENERAL, format: 'compact' });
    const shape = [100_000];
    const channel = file.openChannel({ name: 'A', type: 'float64', shape });
    replace({ writeSync: () => stale('write') });
    let thrown: unknown;
    try {
      channel.append(
        blockOf('float64', shape, [{ pulseId: 1, value: Array<number>(100_000).fill(1) }]),
      );
      channel.close();
      file.finish();
    } catch (error) {
      thrown = error;
    }
    expect(failureOf(thrown)).toMatchObject({
      code: 'file_system_error',
      kind: 'transient',
      message: `can't write ${path}: the file server no longer knows the file or its folder (ESTALE)`,
    });
    expect(other.needsFreshThread).toBe(true);
    file.abort();
  });
});

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { Hdf5File } from '../hdf5-file.js';
import { Hdf5Library } from '../library/hdf5-library.js';
import { packLiterally } from '../../encoding/literal-packer.js';
import { noise, packedBlockOf } from './packed-images.fixture.js';
import { GENERAL } from '../row-blocks.fixture.js';

const folder = mkdtempSync(join(tmpdir(), 'disk-full-'));
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder]).status === 0;

afterAll(() => {
  if (mounted) spawnSync('umount', ['--lazy', folder]);
  rmdirSync(folder);
});

// A full disk needs a disk of its own, which takes a privileged account.
it.runIf(mounted)(
  'a full disk fails a file with packed images at once, with its own code',
  async () => {
    const library = await Hdf5Library.load();
    const path = join(folder, 'a.h5');
    const options = { path, general: GENERAL, format: 'compact' } as const;
    const file = Hdf5File.create(library, options);
    const rows = file.openChannel(
      { name: 'X', type: 'uint8', shape: [512, 1024] },
      { packed: true },
    );
    const image = packLiterally(noise(512 * 1024, 1), 1);
    const write = () => {
      for (let row = 0; row < 10; row++) rows.appendPacked!(packedBlockOf(row, [image]));
    };
    expect(write).toThrow(
      expect.objectContaining({
        code: 'disk_full',
        message: expect.stringMatching(/a\.h5: .*No space left on device$/),
        needsFreshThread: true,
      }),
    );
    expect(library.needsFreshThread).toBe(true);
    file.abort();
  },
);

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asked, askedJson, dataCall } from './asked.fixture.js';
import { FileViewer } from './file-viewer.js';
import { writeSmallFile } from './small-file.fixture.js';

const folder = mkdtempSync(join(tmpdir(), 'served-'));
const [root, second, outside] = ['root', 'second', 'outside'].map((name) => join(folder, name));
const inside = join(root, 'a.h5');
const secret = join(outside, 'secret.h5');
const trail = join(root, 'audit.log');
let viewer: FileViewer;

beforeAll(async () => {
  for (const each of [root, second, outside, join(root, 'folder.h5')]) mkdirSync(each);
  await writeSmallFile(inside, 1);
  await writeSmallFile(join(second, 'b.h5'), 2);
  await writeSmallFile(secret, 666);
  viewer = new FileViewer({ folders: [root, second], reserved: [trail] });
});

afterAll(async () => {
  await viewer.close();
  rmSync(folder, { recursive: true });
});

function first(file: string): Promise<unknown> {
  return askedJson(viewer, dataCall(file, '/values', { selection: '0' }));
}

/** Runs a program until `action` is over. */
async function during(program: string, action: () => Promise<void>): Promise<void> {
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  try {
    await action();
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}

describe('files that are served', () => {
  it('are those in the folders, by absolute path or relative to each folder', async () => {
    symlinkSync(inside, join(root, 'link in.h5'));
    symlinkSync(second, join(root, 'to second'));
    for (const [name, value] of [
      [inside, 1],
      ['a.h5', 1],
      ['./folder.h5/../a.h5', 1],
      ['b.h5', 2],
      ['link in.h5', 1],
      ['to second/b.h5', 2],
    ] as const) {
      expect({ name, value: await first(name) }).toEqual({ name, value });
    }
  });

  it('are no others, by whatever name', async () => {
    symlinkSync(secret, join(root, 'link.h5'));
    symlinkSync(outside, join(root, 'way out'));
    symlinkSync(join(root, 'loop'), join(root, 'loop'));
    symlinkSync('/proc/self/fd', join(root, 'fd'));
    writeFileSync(join(root, 'text.h5'), 'not HDF5');
    writeFileSync(join(root, 'empty.h5'), '');
    copyFileSync(inside, trail);
    linkSync(trail, join(root, 'other name of the trail.h5'));
    copyFileSync(inside, join(root, 'c.h5.err'));
    copyFileSync(inside, join(root, '.c.h5.0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e.tmp'));
    spawnSync('mkfifo', [join(root, 'fifo.h5')]);
    for (const [name, code, words] of [
      [secret, 'file_not_served', 'Permission denied'],
      [relative(root, secret), 'file_not_served', 'Permission denied'],
      ['link.h5', 'file_not_served', 'Permission denied'],
      ['way out/secret.h5', 'file_not_served', 'Permission denied'],
      ['way out/none.h5', 'file_not_served', 'Permission denied'],
      ['/etc/passwd', 'file_not_served', 'Permission denied'],
      ['/dev/zero', 'file_not_served', 'Permission denied'],
      ['fd/0', 'file_not_served', 'Permission denied'],
      [root, 'file_not_served', 'Permission denied'],
      ['audit.log', 'file_not_served', "service's own"],
      ['other name of the trail.h5', 'file_not_served', "service's own"],
      ['c.h5.err', 'file_not_served', 'error file'],
      ['.c.h5.0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e.tmp', 'file_not_served', 'being written'],
      ['folder.h5', 'file_not_found', 'is a folder'],
      ['fifo.h5', 'file_not_found', 'not a regular file'],
      ['loop', 'file_not_found', 'File not found'],
      ['none.h5', 'file_not_found', 'does not exist'],
      ['a.h5/x', 'file_not_found', 'File not found'],
      ['', 'file_not_found', 'File not found'],
      ['a.h5\0', 'file_not_found', 'NUL'],
      ['x'.repeat(300), 'file_not_found', 'File not found'],
      ['x/'.repeat(3000), 'file_not_found', 'File not found'],
      ['<script>alert(1)</script>', 'file_not_found', '<script>'],
      ['text.h5', 'not_hdf5', 'not an HDF5 file'],
      ['empty.h5', 'not_hdf5', 'not an HDF5 file'],
    ] as const) {
      const problem = await first(name).catch((error: unknown) => error);
      expect({ name, problem }).toMatchObject({
        name,
        problem: { code, message: expect.stringContaining(words) },
      });
    }
  });

  it('are never those that a link leads to for a moment', async () => {
    mkdirSync(join(root, 'folder'));
    for (const name of ['folder/secret.h5', 'file.h5']) copyFileSync(inside, join(root, name));
    await during(
      `const fs = require('node:fs');
       const [root, outside] = ${JSON.stringify([root, outside])};
       process.stdout.write('.');
       for (;;) {
         for (const [name, target] of [['/folder', outside], ['/file.h5', outside + '/secret.h5']]) {
           fs.renameSync(root + name, root + name + '.away');
           fs.symlinkSync(target, root + name);
           fs.unlinkSync(root + name);
           fs.renameSync(root + name + '.away', root + name);
         }
       }`,
      async () => {
        const found = new Set<unknown>();
        for (let i = 0; i < 400 || !found.has(1) || !found.has('file_not_served'); i++) {
          for (const name of ['folder/secret.h5', 'file.h5']) {
            found.add(await first(name).catch((error: { code: string }) => error.code));
          }
        }
        found.delete('file_not_found');
        expect(found).toEqual(new Set([1, 'file_not_served']));
      },
    );
  });

  it('are read as they are now, and a reply under way as it began', async () => {
    const file = join(root, 'replaced.h5');
    const count = 1_000_000;
    await writeSmallFile(file, 0, count);
    await writeSmallFile(`${file}.new`, 5, count);
    const call = dataCall(file, '/values', { format: 'bin' });
    const reply = await viewer.view(call, new AbortController().signal);
    renameSync(`${file}.new`, file);
    expect(await first(file)).toBe(5);
    const pieces: Uint8Array[] = [];
    for (let piece = await reply.next(); piece; piece = await reply.next()) pieces.push(piece);
    const { buffer } = new Uint8Array(Buffer.concat(pieces));
    expect(new Float64Array(buffer).every((value, i) => value === i)).toBe(true);
  });

  it('are listed for a folder, with the folders in it', async () => {
    const list = (name: string) => askedJson(viewer, { what: 'list', folder: name });
    const { files, folders } = (await list('')) as { files: { file: string }[]; folders: string[] };
    expect(files.map(({ file }) => file)).toContain(inside);
    expect(files.map(({ file }) => file)).not.toContain(join(root, 'text.h5'));
    expect(folders).toContain(join(root, 'folder.h5'));
    for (const name of ['..', '/etc', 'way out']) {
      await expect(list(name)).rejects.toMatchObject({ code: 'file_not_served' });
    }
    for (const name of ['none', 'a.h5', '\0']) {
      await expect(list(name)).rejects.toMatchObject({ code: 'file_not_found' });
    }
  });

  it('is one alone, if only one is to be shown', async () => {
    const alone = new FileViewer({ folders: [root], only: inside, reserved: [] });
    const { text } = await asked(alone, dataCall('a.h5', '/values', { selection: '0' }));
    expect(text).toBe('1');
    await expect(asked(alone, dataCall('replaced.h5', '/values'))).rejects.toMatchObject({
      code: 'file_not_served',
    });
    expect(await askedJson(alone, { what: 'list', folder: '' })).toMatchObject({
      files: [{ file: inside }],
    });
    await alone.close();
  });
});

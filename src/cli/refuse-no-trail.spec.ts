import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refuseNoTrail } from './refuse-no-trail.js';

const HDF5 = Buffer.from('\x89HDF\r\n\x1a\n', 'latin1');
const LINE = '[20180625-101112] {"data_api_request": "{}", "parameters": "{}", "timestamp": 1}\n';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'no-trail-'));
  file = join(folder, 'file');
});
afterEach(() => rmSync(folder, { recursive: true }));

const looked = (path = file) => refuseNoTrail(path, '.err file');

describe('what is no trail', () => {
  it.each([
    ['at its beginning', 0],
    ['behind a user block', 2048],
  ])('may be HDF5 by its signature %s, whatever else is in it', async (_where, at) => {
    writeFileSync(file, Buffer.concat([Buffer.alloc(at), HDF5, Buffer.from(LINE)]));
    await expect(looked()).rejects.toThrow(`${file} is an HDF5 file: give its .err file`);
  });

  it('has no request in any line', async () => {
    writeFileSync(file, 'some\ntext\n'.repeat(300_000));
    await expect(looked()).rejects.toThrow(
      `${file} has no write request in any line: give an .err file`,
    );
  });

  it('is named where it can’t be read', async () => {
    await expect(looked()).rejects.toThrow(`${file} can't be read: it does not exist; look`);
    mkdirSync(file);
    await expect(looked()).resolves.toBeUndefined();
    const packed = join(folder, 'trail.gz');
    writeFileSync(packed, LINE);
    await expect(looked(packed)).rejects.toThrow('it is not packed by gzip');
  });
});

it.each([
  ['an empty one', ''],
  ['a whole one', LINE],
  ['one that begins with zeros', `${'\0'.repeat(3_000_000)}${LINE}`],
  ['half a line', LINE.slice(0, 30)],
  ['a line without its start', LINE.slice(16)],
])('lets a trail pass: %s', async (_what, text) => {
  writeFileSync(file, text);
  await expect(looked()).resolves.toBeUndefined();
  const packed = join(folder, 'trail.1.gz');
  writeFileSync(packed, gzipSync(text));
  await expect(looked(packed)).resolves.toBeUndefined();
});

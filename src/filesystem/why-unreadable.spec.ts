import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { whyUnreadable } from './why-unreadable.js';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'unreadable-'));
  writeFileSync(join(folder, 'file'), '');
  symlinkSync('circle', join(folder, 'circle'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const packed = gzipSync('some text that is packed');

it.each([
  ['it does not exist', () => readFileSync(join(folder, 'none'))],
  ['it is a folder', () => readFileSync(folder)],
  ['a part of its path is not a folder', () => readFileSync(join(folder, 'file', 'x'))],
  ['its links lead in a circle', () => readFileSync(join(folder, 'circle'))],
  ['its name is too long', () => readFileSync(join(folder, 'x'.repeat(300)))],
  ['it is not packed by gzip, or damaged', () => gunzipSync('no gzip')],
  ['what gzip packed ends too early', () => gunzipSync(packed.subarray(0, -9))],
  ['the disk is on fire', () => expect.unreachable('the disk is on fire')],
])('says %s', (words, read) => {
  let thrown: unknown;
  try {
    read();
  } catch (error) {
    thrown = error;
  }
  expect(whyUnreadable(thrown)).toContain(words);
});

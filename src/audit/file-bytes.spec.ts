import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { unpacked } from './file-bytes.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'unpacked-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

it.each(['', '.gz'])('a file with the ending "%s" comes in a few large pieces', async (ending) => {
  const bytes = Buffer.alloc(4 * 1024 * 1024, 'line\n');
  const file = join(folder, `lines${ending}`);
  writeFileSync(file, ending ? gzipSync(bytes) : bytes);
  const pieces = (await unpacked(file).toArray()) as Buffer[];
  expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
  expect(pieces.length).toBeLessThanOrEqual(8);
});

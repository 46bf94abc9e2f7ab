import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileTail, readLine } from './file-tail.js';
import { visitLines } from './line-splitter.js';

let folder: string;
let path: string;
let file: FileTail;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'growing-'));
  path = join(folder, 'lines');
  file = new FileTail(path);
});

afterEach(async () => {
  await file.close();
  rmSync(folder, { recursive: true });
});

/** The lines that were added, each as it was seen and as it is read again from its place. */
async function added(): Promise<string[]> {
  const seen: { text: string; again: Promise<string> }[] = [];
  await file.readOn((line, place) =>
    seen.push({ text: line.toString(), again: readLine(place).then(String) }),
  );
  for (const { text, again } of seen) expect(await again).toBe(text);
  return seen.map(({ text }) => text);
}

describe('a file of lines', () => {
  it('is read on from where it ended', async () => {
    expect(await added()).toEqual([]);
    writeFileSync(path, 'a\n\nb\nbeg');
    expect(await added()).toEqual(['a', '', 'b']);
    appendFileSync(path, 'un\n');
    expect(await added()).toEqual(['begun']);
  });

  it('may have lines across the blocks that are read, and longer ones', async () => {
    const lines = Array.from({ length: 40_000 }, (_, n) => `${n} ${'x'.repeat(n % 100)}`);
    lines.splice(20_000, 0, 'y'.repeat(3_500_000), 'é'.repeat(600_000));
    writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
    const seen: string[] = [];
    await file.readOn((line) => seen.push(line.toString()));
    expect(seen).toEqual(lines);
    writeFileSync(`${path}.gz`, gzipSync(readFileSync(path)));
    for (const other of [path, `${path}.gz`]) {
      const visited: string[] = [];
      await visitLines(other, (line) => visited.push(line.toString()));
      expect(visited).toEqual(lines);
    }
  });

  it.each([1024 * 1024, 2 * 1024 * 1024])(
    'may end where a block of %i bytes ends',
    async (size) => {
      writeFileSync(path, `${'z'.repeat(size - 1)}\n`);
      expect((await added()).map((line) => line.length)).toEqual([size - 1]);
      appendFileSync(path, 'on\n');
      expect(await added()).toEqual(['on']);
    },
  );

  it('is read to its end when it was moved away, and then the new one', async () => {
    writeFileSync(path, 'a\n');
    expect(await added()).toEqual(['a']);
    appendFileSync(path, 'b\n');
    renameSync(path, `${path}.1`);
    writeFileSync(path, 'c\n');
    expect(await added()).toEqual(['b', 'c']);
  });

  it('is read though it was moved away before, when it was held', async () => {
    writeFileSync(path, 'a\n');
    await file.hold();
    renameSync(path, `${path}.1`);
    expect(await added()).toEqual(['a']);
  });

  it('that can not be read is named', async () => {
    mkdirSync(path);
    await expect(added()).rejects.toThrow(`${path} can't be read: it is a folder`);
  });

  it('is read from its start again when it was cut off', async () => {
    writeFileSync(path, 'a\nb\n');
    await added();
    writeFileSync(path, 'c\n');
    expect(await added()).toEqual(['c']);
  });
});

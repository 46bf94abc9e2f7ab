import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readLine } from '../../audit/file-tail.js';
import { RecordedLines } from './recorded-lines.js';

let folder: string;
let path: string;
const opened: RecordedLines[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recorded-'));
  path = join(folder, 'lines');
});

afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
  rmSync(folder, { recursive: true });
});

async function open(): Promise<RecordedLines> {
  const lines = await RecordedLines.open(path);
  opened.push(lines);
  return lines;
}

/** The lines, each as it was seen and as it is read again from its place. */
async function visited(lines: RecordedLines): Promise<string[]> {
  const seen: { text: string; again: Promise<string> }[] = [];
  await lines.visit((line, place) =>
    seen.push({ text: line.toString(), again: readLine(place).then(String) }),
  );
  for (const { text, again } of seen) expect(await again).toBe(text);
  return seen.map(({ text }) => text);
}

describe('the lines of a trail', () => {
  it.each([
    ['whole', 'a\nbé\nc\n', ['a', 'bé', 'c']],
    ['without the last end', 'a\nbé\nc', ['a', 'bé', 'c']],
    ['none', '', []],
  ])('are those it had when it was opened: %s', async (_what, text, expected) => {
    writeFileSync(path, text);
    const lines = await open();
    appendFileSync(path, 'more\nand more\n');
    renameSync(path, `${path}.1`);
    writeFileSync(path, 'others\n');
    expect(await visited(lines)).toEqual(expected);
  });

  it('may fill several blocks, and end where a block does', async () => {
    const block = 1024 * 1024;
    for (const bytes of [block, 2 * block, 2 * block + 1, 3 * block - 1]) {
      const text = 'x'
        .repeat(9999)
        .concat('\n')
        .repeat(Math.ceil(bytes / 10_000))
        .slice(0, bytes);
      writeFileSync(path, text);
      const lines = await open();
      appendFileSync(path, 'x'.repeat(block));
      expect(await visited(lines)).toEqual(text.split('\n').filter(Boolean));
    }
  });

  it('can not be had where there is no file', async () => {
    await expect(open()).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

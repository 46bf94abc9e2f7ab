import {
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { visitRotated } from './rotated-files.js';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rotated-'));
  path = join(folder, 'lines');
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Leaves a file as logrotate would, written so many seconds ago. */
function leave(ending: string, content: string | Buffer, age: number): void {
  writeFileSync(`${path}${ending}`, content);
  const time = Date.now() / 1000 - age;
  utimesSync(`${path}${ending}`, time, time);
}

/** @param during what happens when a line is visited */
async function visited(during: (line: string) => void = () => undefined): Promise<string[]> {
  const lines: string[] = [];
  await visitRotated(path, (line) => {
    lines.push(line.toString());
    during(line.toString());
  });
  return lines;
}

describe('files that logrotate made of one', () => {
  it('are visited oldest first, packed or not; folders are left out', async () => {
    leave('.1', 'c\n', 10);
    leave('.2.gz', gzipSync('a\nb\n'), 20);
    mkdirSync(`${path}.3`);
    expect(await visited()).toEqual(['a', 'b', 'c']);
  });

  it('are visited once more when one is moved meanwhile', async () => {
    leave('.2', 'a\n', 20);
    leave('.1', 'b\n', 10);
    let moved = false;
    const lines = await visited(() => {
      if (moved) return;
      moved = true;
      renameSync(`${path}.2`, `${path}.3`);
      renameSync(`${path}.1`, `${path}.2`);
      leave('.1', 'c\n', 0);
    });
    expect(lines.slice(-3)).toEqual(['a', 'b', 'c']);
  });

  it.each([0, 5, 50])('count as far as they can be unpacked: %i bytes are there', async (bytes) => {
    leave('.1', 'a\n', 10);
    leave('.1.gz', gzipSync(Buffer.from(`b\n${Math.random()}`.repeat(100))).subarray(0, bytes), 0);
    expect(await visited()).toContain('a');
  });

  it('are named when one can not be had', async () => {
    symlinkSync(join(folder, 'nowhere'), `${path}.1`);
    await expect(visited()).rejects.toThrow(`${path}.1`);
  });
});

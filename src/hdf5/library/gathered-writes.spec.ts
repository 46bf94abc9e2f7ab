import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GATHERED_BYTES, GatheredWrites } from './gathered-writes.js';

const folder = mkdtempSync(join(tmpdir(), 'gathered-'));
const path = join(folder, 'a');
const START = 1000;

let fd: number;
beforeEach(() => {
  fd = openSync(path, 'w+');
});
afterEach(() => closeSync(fd));
afterAll(() => rmSync(folder, { recursive: true }));

/** A file, and what should be in it. */
class Compared {
  readonly wanted = Buffer.alloc(6_000_000);
  readonly writes = new GatheredWrites(fd, new Uint8Array(GATHERED_BYTES).fill(0xff), START);
  end = START;
  private count = 0;

  /** Writes `size` bytes at a place, or so far behind the end. */
  write(size: number, place: { at: number } | { behind: number } = { behind: 0 }): void {
    const at = 'at' in place ? place.at : this.end + place.behind;
    const bytes = new Uint8Array(size).fill(++this.count % 251 || 1);
    bytes[0] = 7;
    for (let done = 0; done < size;) done += this.writes.write(bytes.subarray(done), at + done);
    this.wanted.set(bytes, at);
    this.end = Math.max(this.end, at + size);
  }

  /** Whether these bytes can be read as they were written, in however many pieces. */
  reads(at: number, size: number): boolean {
    const found = Buffer.alloc(size);
    for (let done = 0; done < size;) {
      const count = this.writes.read(found.subarray(done), at + done);
      if (count === 0) break;
      done += count;
    }
    return found.equals(this.wanted.subarray(at, at + size));
  }

  isOnDisk(): boolean {
    const { end, wanted } = this;
    return readFileSync(path).equals(wanted.subarray(0, end));
  }
}

const LARGE = 3 * GATHERED_BYTES + 77;

describe('GatheredWrites', () => {
  it.each<[string, (file: Compared) => void]>([
    [
      'one piece behind another',
      (file) => Array.from({ length: 300 }, (_, i) => file.write(1 + i * 37)),
    ],
    ['nothing', () => undefined],
    ['exactly what the memory holds', (file) => file.write(GATHERED_BYTES - START)],
    [
      'large pieces between small ones',
      (file) => [10, LARGE, 5, LARGE, LARGE, 1].map((size) => file.write(size)),
    ],
    [
      'pieces with gaps, small and large',
      (file) => [2040, 8, GATHERED_BYTES, 1_000_000].map((behind) => file.write(500, { behind })),
    ],
    ['a large piece behind a gap', (file) => file.write(LARGE, { behind: 3000 })],
    [
      'what was left out, in memory or not',
      (file) => {
        for (let i = 0; i < 20; i++) file.write(40_000, { behind: 2048 });
        for (const at of [1000, 43_048, 800_000]) file.write(2048, { at });
      },
    ],
    [
      'over what is there, in the file and in memory',
      (file) => {
        for (let i = 0; i < 10; i++) file.write(100_000);
        file.write(900_000, { at: 50_000 });
      },
    ],
  ])('writes %s', (_case, write) => {
    const file = new Compared();
    write(file);
    const places = [0, 999, 1000, 200_000, 262_100, 900_000, Math.max(0, file.end - 1000)];
    for (const at of places) expect(file.reads(at, 70_000)).toBe(true);
    file.writes.settle();
    if (file.writes.written > 0) expect(file.isOnDisk()).toBe(true);
  });

  it('holds back what is little, and lets go of the rest', () => {
    const file = new Compared();
    file.write(10_000);
    expect(file.writes.written).toBe(0);
    for (let i = 0; i < 100; i++) file.write(10_000);
    expect(file.writes.written).toBeGreaterThan(1_010_000 - GATHERED_BYTES - 1);
    file.writes.settle();
    expect(file.writes.written).toBe(1_010_000);
  });

  it('holds nothing back once it has settled', () => {
    const file = new Compared();
    file.write(10_000);
    file.writes.settle();
    file.write(10_000);
    file.write(500, { at: 2000 });
    expect(file.writes.written).toBe(20_500);
    expect(file.isOnDisk()).toBe(true);
    expect(file.reads(0, 30_000)).toBe(true);
  });
});

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import { Spool, type SpoolSegment } from './spool.js';

const folder = mkdtempSync(join(tmpdir(), 'spool-'));
afterAll(() => rmSync(folder, { recursive: true }));

let spool: Spool;
afterEach(() => spool.close());

/** With room for 100 bytes; the path can't be used where no file is to be made. */
function newSpool(path = join(folder, 'spool')): Spool {
  return (spool = new Spool(path, new Uint8Array(100)));
}

const NO_FILE = join(folder, 'gone', 'spool');

function bytesIn(segment: SpoolSegment): number[] {
  const target = new Uint8Array(segment.length);
  spool.read(segment, target);
  return [...target];
}

it('has as much room again as is given back, whatever the order', () => {
  newSpool(NO_FILE);
  for (const order of [
    [0, 1, 2, 3, 4],
    [4, 3, 2, 1, 0],
    [2, 0, 4, 1, 3],
  ]) {
    const segments = order.map((fill) => spool.append(new Uint8Array(20).fill(fill)));
    expect(spool.room).toBe(0);
    for (const [given, i] of order.entries()) {
      spool.release(segments[i]);
      expect([spool.room, spool.size]).toEqual([20 * (given + 1), 80 - 20 * given]);
    }
    // In one piece.
    spool.release(spool.append(new Uint8Array(100)));
  }
});

it('fills what was given back while others still wait', () => {
  newSpool(NO_FILE);
  const [first, second, third] = [30, 30, 40].map((n) => spool.append(new Uint8Array(n).fill(n)));
  spool.release(second);
  const parts = [10, 20].map((n) => spool.append(new Uint8Array(n).fill(n)));
  expect(spool.room).toBe(0);
  for (const [segment, fill] of [
    [first, 30],
    [parts[0], 10],
    [parts[1], 20],
    [third, 40],
  ] as const) {
    expect(bytesIn(segment)).toEqual(Array<number>(segment.length).fill(fill));
  }
});

it('gives the disk space back when nothing in the file waits, and keeps what is in memory', () => {
  newSpool();
  const kept = spool.append(new Uint8Array(60).fill(1));
  for (let round = 0; round < 2; round++) {
    const inFile = [50, 60].map((n) => spool.append(new Uint8Array(n).fill(n)));
    expect(inFile.map((segment) => bytesIn(segment)[49])).toEqual([50, 60]);
    for (const segment of inFile) spool.release(segment);
    expect([spool.size, spool.room]).toEqual([60, 40]);
    // Its name is free for another one.
    expect(existsSync(join(folder, 'spool'))).toBe(false);
  }
  expect(bytesIn(kept)).toEqual(Array<number>(60).fill(1));
  spool.release(kept);
  expect(spool.room).toBe(100);
});

it('never gives two the same place', () => {
  newSpool();
  let seed = 7;
  const random = (below: number) => (seed = (seed * 48271) % 2147483647) % below;
  const waiting: { segment: SpoolSegment; fill: number }[] = [];
  for (let i = 0; i < 3000; i++) {
    if (waiting.length > 0 && random(5) < 2 + (i % 1000 > 500 ? 1 : 0)) {
      const [{ segment, fill }] = waiting.splice(random(waiting.length), 1);
      expect(bytesIn(segment).every((byte) => byte === fill)).toBe(true);
      spool.release(segment);
    } else {
      const fill = i % 256;
      waiting.push({ segment: spool.append(new Uint8Array(random(30)).fill(fill)), fill });
    }
    expect(spool.size).toBeGreaterThanOrEqual(
      waiting.reduce((sum, { segment }) => sum + segment.length, 0),
    );
  }
  for (const { segment, fill } of waiting) {
    expect(bytesIn(segment).every((byte) => byte === fill)).toBe(true);
    spool.release(segment);
  }
  expect([spool.size, spool.room]).toEqual([0, 100]);
});

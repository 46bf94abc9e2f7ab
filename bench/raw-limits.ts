import {
  closeSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

const PIECE = 8 * 2 ** 20;
const SAMPLE = 64 * 2 ** 20;

/** The file's first bytes, to be written or copied again and again: disks may tell data from zeros. */
export function sampleOf(file: string): Buffer {
  const sample = Buffer.alloc(Math.min(SAMPLE, statSync(file).size));
  const fd = openSync(file, 'r');
  readSync(fd, sample);
  closeSync(fd);
  return sample;
}

/** Seconds that it takes to write so many bytes to a file, have them on disk and give it its name. */
export function rawWrite(folder: string, bytes: number, sample: Buffer): number {
  const [path, name] = [join(folder, 'raw.part'), join(folder, 'raw')];
  const begun = performance.now();
  const fd = openSync(path, 'w');
  for (const piece of piecesOf(bytes, sample)) {
    for (let done = 0; done < piece.length;) done += writeSync(fd, piece, done);
  }
  fsyncSync(fd);
  closeSync(fd);
  renameSync(path, name);
  syncFolder(dirname(name));
  const seconds = (performance.now() - begun) / 1000;
  unlinkSync(name);
  return seconds;
}

/** Seconds that it takes to copy so many bytes in memory. */
export function memoryCopy(bytes: number, sample: Buffer): number {
  const target = Buffer.alloc(sample.length);
  const begun = performance.now();
  for (const piece of piecesOf(bytes, sample)) target.set(piece, 0);
  return (performance.now() - begun) / 1000;
}

function* piecesOf(bytes: number, sample: Buffer): Generator<Buffer> {
  for (let left = bytes, at = 0; left > 0;) {
    const piece = sample.subarray(at, Math.min(at + PIECE, at + left, sample.length));
    yield piece;
    left -= piece.length;
    at = (at + piece.length) % sample.length;
  }
}

function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r');
  fsyncSync(fd);
  closeSync(fd);
}

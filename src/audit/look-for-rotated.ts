import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ROTATED } from './rotated-name.js';

const ENDING = new RegExp(`^${ROTATED}$`);

/** A rotated file. */
export interface RotatedFile {
  readonly file: string;
  readonly inode: number;
  readonly bytes: number;
  /** When it was changed last, ms since the epoch. */
  readonly written: number;
}

/**
 * The rotated files of a file, packed or not, oldest first.
 *
 * @throws NodeJS.ErrnoException `ENOENT` when logrotate moves one just then
 */
export async function lookForRotated(path: string): Promise<RotatedFile[]> {
  const name = basename(path);
  const found = [];
  for (const entry of await readdir(dirname(path))) {
    if (!entry.startsWith(name) || !ENDING.test(entry.slice(name.length))) continue;
    const file = join(dirname(path), entry);
    const about = await stat(file);
    const { ino: inode, size: bytes, mtimeMs: written } = about;
    if (about.isFile()) found.push({ file, inode, bytes, written });
  }
  return found.sort((a, b) => a.written - b.written);
}

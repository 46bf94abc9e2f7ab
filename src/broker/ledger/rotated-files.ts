import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ROTATED } from '../../audit/rotated-name.js';

const ENDING = new RegExp(`^${ROTATED}$`);

/**
 * The files that logrotate made of one, packed or not, oldest first.
 *
 * @param since seconds since the epoch; only those that were written later
 */
export async function rotatedFiles(path: string, since = 0): Promise<string[]> {
  const name = basename(path);
  const found = [];
  for (const entry of await readdir(dirname(path))) {
    if (!entry.startsWith(name) || !ENDING.test(entry.slice(name.length))) continue;
    const file = join(dirname(path), entry);
    const { mtimeMs } = await stat(file);
    if (mtimeMs / 1000 >= since) found.push({ file, mtimeMs });
  }
  return found.sort((a, b) => a.mtimeMs - b.mtimeMs).map(({ file }) => file);
}

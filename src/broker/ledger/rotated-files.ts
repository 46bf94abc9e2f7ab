import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * The files that logrotate made of one: `<name>.1`, `<name>-20261124`, `<name>-20261124-1795511700`,
 * packed or not, oldest first.
 *
 * @param since seconds since the epoch; only those that were written later
 */
export async function rotatedFiles(path: string, since = 0): Promise<string[]> {
  const name = basename(path);
  const found = [];
  for (const entry of await readdir(dirname(path))) {
    if (!entry.startsWith(name) || !/^([.-]\d+)+(\.gz)?$/.test(entry.slice(name.length))) continue;
    const file = join(dirname(path), entry);
    const { mtimeMs } = await stat(file);
    if (mtimeMs / 1000 >= since) found.push({ file, mtimeMs });
  }
  return found.sort((a, b) => a.mtimeMs - b.mtimeMs).map(({ file }) => file);
}

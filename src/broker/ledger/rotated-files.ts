import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { ROTATED } from '../../audit/rotated-name.js';
import { EventLog } from '../../logging/event-log.js';
import { type VisitLine, visitLines } from './line-cutter.js';
import { PastUnreadable } from './past-unreadable.js';

const ENDING = new RegExp(`^${ROTATED}$`);
const MOST_LOOKS = 10;

/**
 * The files that logrotate made of one, packed or not, oldest first.
 *
 * @param since seconds since the epoch; only those that were written later
 * @throws NodeJS.ErrnoException `ENOENT` when logrotate moves one just then
 */
export async function rotatedFiles(path: string, since = 0): Promise<string[]> {
  return (await look(path, since)).map(({ file }) => file);
}

/**
 * Visits the lines of the files that logrotate made of one, oldest first. If it moved one meanwhile all are
 * visited once more: nobody knows which were seen under which name.
 *
 * @param since seconds since the epoch; only files that were written later
 * @throws PastUnreadable; NodeJS.ErrnoException `ENOENT` when files vanish again and again
 */
export async function visitRotated(path: string, visit: VisitLine, since = 0): Promise<void> {
  for (let looks = 1; ; looks++) {
    try {
      const found = await look(path, since);
      for (const { file } of found) await visitMoved(file, visit);
      if (isDeepStrictEqual(await look(path, since), found)) return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || looks >= MOST_LOOKS) throw error;
    }
  }
}

/**
 * Visits the lines of one of these files, as far as it can be unpacked: logrotate may be packing it, and
 * then what it is made of is there as well.
 *
 * @throws PastUnreadable
 */
export async function visitMoved(file: string, visit: VisitLine): Promise<void> {
  try {
    await visitLines(file, visit);
  } catch (error) {
    if (!(error as NodeJS.ErrnoException).code?.startsWith('Z_')) {
      throw new PastUnreadable(file, error);
    }
    const message = 'packed file is damaged or not complete, what can be unpacked of it counts';
    new EventLog('Broker').warn(message, { file, error });
  }
}

interface Rotated {
  readonly file: string;
  readonly inode: number;
  readonly bytes: number;
  readonly written: number;
}

async function look(path: string, since: number): Promise<Rotated[]> {
  const name = basename(path);
  const found = [];
  for (const entry of await readdir(dirname(path))) {
    if (!entry.startsWith(name) || !ENDING.test(entry.slice(name.length))) continue;
    const file = join(dirname(path), entry);
    const about = await stat(file);
    const { ino: inode, size: bytes, mtimeMs: written } = about;
    if (about.isFile() && written / 1000 >= since) found.push({ file, inode, bytes, written });
  }
  return found.sort((a, b) => a.written - b.written);
}

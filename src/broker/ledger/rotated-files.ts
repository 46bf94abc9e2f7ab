import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { visitLines } from '../../audit/line-cutter.js';
import { ROTATED } from '../../audit/rotated-name.js';
import { EventLog } from '../../logging/event-log.js';
import { PastUnreadable } from './past-unreadable.js';

const ENDING = new RegExp(`^${ROTATED}$`);
const MOST_LOOKS = 10;

/** A file that logrotate made of another. */
export interface RotatedFile {
  readonly file: string;
  readonly inode: number;
  readonly bytes: number;
  /** When it was changed last, ms since the epoch. */
  readonly written: number;
}

/** Takes a line without its end, from that position of a file, unpacked. */
export type VisitRotated = (line: Buffer, file: string, position: number) => void;

/**
 * The files that logrotate made of one, packed or not, oldest first.
 *
 * @throws NodeJS.ErrnoException `ENOENT` when logrotate moves one just then
 */
export async function rotatedFiles(path: string): Promise<string[]> {
  return (await look(path)).map(({ file }) => file);
}

/**
 * Visits the lines of the files that logrotate made of one, oldest first. If it moved one meanwhile all are
 * visited once more: nobody knows which were seen under which name.
 *
 * @param select which of them are visited, in which order
 * @throws PastUnreadable; NodeJS.ErrnoException `ENOENT` when files vanish again and again
 */
export async function visitRotated(
  path: string,
  visit: VisitRotated,
  select: (files: readonly RotatedFile[]) => Promise<readonly RotatedFile[]> = (files) =>
    Promise.resolve(files),
): Promise<void> {
  for (let looks = 1; ; looks++) {
    try {
      const found = await look(path);
      for (const { file } of await select(found)) {
        await visitMoved(file, (line, position) => visit(line, file, position));
      }
      if (isDeepStrictEqual(await look(path), found)) return;
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
export async function visitMoved(
  file: string,
  visit: (line: Buffer, position: number) => void,
): Promise<void> {
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

async function look(path: string): Promise<RotatedFile[]> {
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

import { isDeepStrictEqual } from 'node:util';
import { visitLines } from './line-splitter.js';
import { type RotatedFile, lookForRotated } from './look-for-rotated.js';
import { EventLog } from '../logging/event-log.js';
import { PastUnreadable } from './errors.js';

const MAX_LOOKS = 10;

/** Takes a line without its end, from that position of a file, unpacked. */
export type VisitRotated = (line: Buffer, file: string, position: number) => void;

/**
 * The rotated files of a file, packed or not, oldest first.
 *
 * @throws NodeJS.ErrnoException `ENOENT` when logrotate moves one just then
 */
export async function rotatedFiles(path: string): Promise<string[]> {
  return (await lookForRotated(path)).map(({ file }) => file);
}

/**
 * Visits the lines of the rotated files of a file, oldest first. If it moved one meanwhile all are
 * visited once more, as it is unknown which were seen under which name.
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
      const found = await lookForRotated(path);
      for (const { file } of await select(found)) {
        await visitMoved(file, (line, position) => visit(line, file, position));
      }
      if (isDeepStrictEqual(await lookForRotated(path), found)) return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || looks >= MAX_LOOKS) throw error;
    }
  }
}

/**
 * Visits the lines of one of these files, as far as it can be unpacked: logrotate may still be packing it, and
 * then the unpacked file is there as well.
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
    const message = 'packed file is damaged or incomplete; what can be unpacked is used';
    new EventLog('Broker').warn(message, { file, error });
  }
}

import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { constants, gunzipSync } from 'node:zlib';
import { parseTrailLine } from '../../audit/trail-line.js';
import { identityOf, sortKeyOf } from '../../request/request-order.js';
import { PastUnreadable } from '../../audit/errors.js';
import type { RotatedFile } from '../../audit/look-for-rotated.js';

/** Bytes of a file that are looked at: enough for its first request. */
const START_BYTES = 64 * 1024;
const NEWLINE = 0x0a;

/** The mark by which a moved trail is recognized, whatever its name and time, packed or not. */
export interface TrailMark {
  /** A digest of its first line, and its length. */
  readonly mark: string;
  /** Sorts files by what was recorded in them first. */
  readonly sortKey: number;
}

/**
 * Reads the mark of a moved trail.
 *
 * @returns undefined for a file without a line, as one that is just being packed
 * @throws PastUnreadable; NodeJS.ErrnoException `ENOENT` when logrotate moves it just then
 */
export async function markOf(rotated: RotatedFile): Promise<TrailMark | undefined> {
  try {
    return await readMark(rotated);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw error;
    throw new PastUnreadable(rotated.file, error);
  }
}

async function readMark({ file, written }: RotatedFile): Promise<TrailMark | undefined> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const start = Buffer.alloc(Math.min(size, START_BYTES));
    await handle.read(start, 0, start.length, 0);
    if (!file.endsWith('.gz')) return marked(start, size, written);
    // At its end a packed file has the length of what it is made of, modulo 2^32.
    const end = Buffer.alloc(4);
    if (size < end.length) return undefined;
    await handle.read(end, 0, end.length, size - end.length);
    return marked(unpackedStart(start), end.readUInt32LE(), written);
  } finally {
    await handle.close();
  }
}

function unpackedStart(packed: Buffer): Buffer {
  try {
    return gunzipSync(packed, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return Buffer.alloc(0); // Damaged, or not complete: its reader says so.
  }
}

function marked(start: Buffer, length: number, written: number): TrailMark | undefined {
  if (start.length === 0) return undefined;
  const end = start.indexOf(NEWLINE);
  const line = start.subarray(0, end < 0 ? START_BYTES : Math.min(end, START_BYTES));
  const digest = createHash('sha256').update(line).digest('hex').slice(0, 16);
  const entry = parseTrailLine(line.toString());
  return {
    mark: `${digest}-${length % 2 ** 32}`,
    sortKey: 'damaged' in entry ? written : sortKeyOf(identityOf(entry.request)),
  };
}

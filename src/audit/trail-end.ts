import { type FileHandle, open } from 'node:fs/promises';
import { isSequence, isTrailId } from '../request/request-order.js';

/** The last line's place stands at its end. */
export const END_BYTES = 1024 * 1024;
const PLACE = /"trail_id": "([^"\\]+)", "sequence": (\d+)/g;
const TIMESTAMP = /"timestamp": (\d+(?:\.\d+)?)/g;

export interface TrailEnd {
  /** The place of the last request there that has one. */
  readonly trailId?: string;
  readonly sequence: number;
  /** The latest timestamp, ms since the epoch. */
  readonly newestMs: number;
  readonly isEmpty: boolean;
}

/** Reads the end of a trail; a missing trail counts as empty. */
export async function endOfTrail(trail: string): Promise<TrailEnd> {
  let handle: FileHandle;
  try {
    handle = await open(trail, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return endIn(Buffer.alloc(0));
    throw error;
  }
  try {
    const { size } = await handle.stat();
    const end = Buffer.alloc(Math.min(size, END_BYTES));
    const { bytesRead } = await handle.read(end, 0, end.length, size - end.length);
    return endIn(end.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
}

/** Reads the last bytes of a trail. */
export function endIn(bytes: Buffer): TrailEnd {
  const text = bytes.toString('latin1');
  const places = [...text.matchAll(PLACE)];
  const newest = [...text.matchAll(TIMESTAMP)].reduce(
    (most, [, time]) => Math.max(most, Number(time)),
    0,
  );
  const [, trailId, digits] = places.at(-1) ?? [];
  const sequence = Number(digits);
  const isPlace = isTrailId(trailId) && isSequence(sequence);
  const place = isPlace ? { trailId, sequence } : { sequence: 0 };
  return { ...place, newestMs: Math.ceil(newest * 1000), isEmpty: bytes.length === 0 };
}

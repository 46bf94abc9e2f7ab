import { EventLog } from '../logging/event-log.js';
import { lookForRotated } from './look-for-rotated.js';
import { END_BYTES, endIn } from './trail-end.js';
import { unpacked } from './file-bytes.js';

const MAX_LOOKS = 10;

/**
 * The latest time, or sequence, at the end of a trail's rotated files, in ms since the epoch; 0 without such
 * files. Files that can't be read are left out, with a warning in the log.
 *
 * @param sinceMs only of files that were changed since, by their own clock
 */
export async function newestMoved(trail: string, sinceMs = -Infinity): Promise<number> {
  for (let looks = 1; ; looks++) {
    try {
      const moved = await lookForRotated(trail);
      const changed = moved.filter(({ written }) => written >= sinceMs);
      return Math.max(0, ...(await Promise.all(changed.map(({ file }) => newestIn(file)))));
    } catch (error) {
      const { code, syscall } = error as NodeJS.ErrnoException;
      const isMissing = code === 'ENOENT';
      // The trail's folder does not exist yet.
      if (isMissing && syscall === 'scandir') return 0;
      if (isMissing && looks < MAX_LOOKS) continue;
      warn(trail, error);
      return 0;
    }
  }
}

async function newestIn(file: string): Promise<number> {
  let end: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of unpacked(file)) {
      end = Buffer.concat([end, chunk as Buffer]).subarray(-END_BYTES);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw error;
    // One that is just being packed is there unpacked as well.
    if (!code?.startsWith('Z_')) warn(file, error);
  }
  const { newestMs, sequence } = endIn(end);
  return Math.max(newestMs, sequence);
}

function warn(file: string, error: unknown): void {
  new EventLog('Broker').warn('times of rotated trails could not be read', { file, error });
}

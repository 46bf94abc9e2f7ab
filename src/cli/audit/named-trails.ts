import { isCompanion } from '../../audit/companions.js';
import { readTrail } from '../../audit/read-trail.js';
import { refuseNoTrail } from '../refuse-no-trail.js';

const TAKEN = '.err file or an audit trail';

/**
 * Those of some files that are trails or `.err` files; what else a broker keeps beside them is passed over.
 *
 * @param onOther hears of each that is none
 * @throws TrailUnreadable; Error for a file of another kind
 */
export async function trailsAmong(
  files: readonly string[],
  onOther: (text: string) => void,
): Promise<string[]> {
  const trails: string[] = [];
  for (const file of files) {
    if (isCompanion(file)) {
      onOther(`${file} is a broker's, and no trail`);
    } else {
      await refuseNoTrail(file, TAKEN);
      trails.push(file);
    }
  }
  return trails;
}

/** Trails by the time of their first request, the oldest first. @throws TrailUnreadable */
export async function trailsByAge(trails: readonly string[]): Promise<string[]> {
  if (trails.length < 2) return [...trails];
  const begun = await Promise.all(
    trails.map(async (file) => ({ file, time: await timeOfFirstRequest(file) })),
  );
  return begun.sort((a, b) => a.time - b.time).map(({ file }) => file);
}

/** Milliseconds since the epoch, infinite without a request. */
async function timeOfFirstRequest(file: string): Promise<number> {
  for await (const line of readTrail(file)) {
    if (line.damaged === undefined) return line.time.getTime();
  }
  return Infinity;
}

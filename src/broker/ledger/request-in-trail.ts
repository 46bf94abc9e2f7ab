import type { WriteRequest } from '../../request/write-request.js';
import { requestMovedAway } from './open-requests.js';
import { RecordedLines } from './recorded-lines.js';
import { requestOn } from './trail-requests.js';

/** A request that stands in the trail, or in what was made of it when it was moved away. */
export async function requestInTrail(trail: string, id: string): Promise<WriteRequest | undefined> {
  const name = Buffer.from(JSON.stringify(id));
  let found: WriteRequest | undefined;
  const lines = await RecordedLines.open(trail);
  try {
    await lines.visit((line) => {
      const request = line.includes(name) ? requestOn(line) : undefined;
      if (request?.request_id === id) found = request;
    });
  } finally {
    await lines.close();
  }
  return found ?? requestMovedAway(trail, id);
}

import type { WriteRequest } from '../../request/write-request.js';
import { GrowingFile, linesOf } from './growing-file.js';
import type { Notes } from './outcomes-file.js';
import { rotatedFiles } from './rotated-files.js';
import { requestToDeliver } from './trail-requests.js';

/**
 * The requests that were recorded and not settled, oldest first. They stand in the trail, in what
 * logrotate made of it since the last broker started, or that broker carried them over.
 *
 * @returns `moved`: those of them that were only in files that were moved away
 */
export async function openRequests(
  trail: string,
  notes: Notes,
  isSettled: (id: string) => boolean,
): Promise<{ requests: WriteRequest[]; moved: WriteRequest[] }> {
  const found = new Map<string, WriteRequest>();
  const take = (line: Buffer) => {
    const request = requestToDeliver(line, isSettled);
    if (request) found.set(request.request_id!, request);
  };
  for (const request of notes.carried) {
    if (!isSettled(request.request_id!)) found.set(request.request_id!, request);
  }
  const carried = new Set(found.keys());
  // Without a note of a start there was no broker whose requests could be open.
  const since = notes.started ?? Infinity;
  for (const file of await rotatedFiles(trail, since)) {
    for await (const line of linesOf(file)) take(line);
  }
  const moved = [...found.values()].filter(({ request_id }) => !carried.has(request_id!));
  const lines = new GrowingFile(trail);
  try {
    await lines.readOn(take);
    // Recorded whole but for the line's end: a broker that was killed there may have answered.
    take(await lines.unfinished());
  } finally {
    await lines.close();
  }
  return { requests: [...found.values()], moved };
}

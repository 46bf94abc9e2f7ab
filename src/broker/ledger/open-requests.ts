import { GrowingFile } from './growing-file.js';
import { visitLines } from './line-cutter.js';
import type { Notes } from './outcomes-file.js';
import { RecordedRequest } from './recorded-request.js';
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
): Promise<{ requests: RecordedRequest[]; moved: RecordedRequest[] }> {
  const found = new Map<string, RecordedRequest>();
  const take = (line: Buffer) => {
    const request = requestToDeliver(line, isSettled);
    if (request) found.set(request.request_id!, new RecordedRequest(request, Buffer.from(line)));
  };
  for (const request of notes.carried) {
    if (!isSettled(request.request_id!))
      found.set(request.request_id!, new RecordedRequest(request));
  }
  const carried = new Set(found.keys());
  // Without a note of a start there was no broker whose requests could be open.
  const since = notes.started ?? Infinity;
  for (const file of await rotatedFiles(trail, since)) await visitLines(file, take);
  const moved = [...found.values()].filter(({ id }) => !carried.has(id));
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

import type { WriteRequest } from '../../request/write-request.js';
import type { LinePlace } from './growing-file.js';
import type { Notes } from './outcomes-file.js';
import { patiently } from './patiently.js';
import type { RecordedLines } from './recorded-lines.js';
import { RecordedRequest } from './recorded-request.js';
import { visitRotated } from './rotated-files.js';
import { factsOf, requestOn, requestToDeliver } from './trail-requests.js';

/**
 * The requests that were recorded and not settled, oldest first. They stand in the trail, in what
 * logrotate made of it since the last broker started, or that broker carried them over.
 *
 * @param lines of the trail; open as long as the requests are to be read
 * @returns `moved`: those of them that were only in files that were moved away
 */
export async function openRequests(
  trail: string,
  lines: RecordedLines,
  notes: Notes,
  isSettled: (id: string) => boolean,
): Promise<{ requests: RecordedRequest[]; moved: RecordedRequest[] }> {
  const found = new Map<string, RecordedRequest>();
  const take = (line: Buffer, place?: LinePlace) => {
    const facts = requestToDeliver(line, isSettled);
    const source = facts && (place ?? requestOn(line));
    if (source) found.set(facts.id, new RecordedRequest(facts, source));
  };
  for (const request of notes.carried) {
    const facts = factsOf(request);
    if (!isSettled(facts.id)) found.set(facts.id, new RecordedRequest(facts, request));
  }
  // Without a note of a start there was no broker whose requests could be open.
  const since = notes.started ?? Infinity;
  const moved: RecordedRequest[] = [];
  const readMoved = async () => {
    const before = new Set(found.keys());
    await patiently(() => visitRotated(trail, (line) => take(line), since));
    moved.push(...[...found.values()].filter(({ facts }) => !before.has(facts.id)));
  };
  await readMoved();
  const isWhole = await lines.visit(take);
  // What was cut off meanwhile is in a copy now that was not there before.
  if (!isWhole) await readMoved();
  const requests = [...found.values()];
  // Then what is in the trail now may have come before what the copy has.
  if (!isWhole) requests.sort((a, b) => a.facts.accepted - b.facts.accepted);
  return { requests, moved };
}

/** A request that stood in the trail before that was copied away and cut off (copytruncate). */
export async function requestMovedAway(
  trail: string,
  id: string,
): Promise<WriteRequest | undefined> {
  let found: WriteRequest | undefined;
  await visitRotated(trail, (line) => {
    if (requestToDeliver(line, (other) => other !== id)) found = requestOn(line);
  });
  return found;
}

import { basename, resolve } from 'node:path';
import { readTrail } from '../../audit/read-trail.js';
import type { WriteRequest } from '../../request/write-request.js';
import { requestKey } from '../../request/request-key.js';
import { groupBy } from './group-by.js';
import type { FoundRequest, StateOnDisk } from './request-states.js';

export interface Selection {
  readonly states: readonly StateOnDisk[];
  readonly includes: (time: Date) => boolean;
  /** An output file, or its name without the folder. */
  readonly file?: string;
}

/** Requests that are acquired again, with what is on disk of each. */
export type SelectedRequests = AsyncIterable<SelectedRequest> | Iterable<SelectedRequest>;

interface SelectedRequest {
  readonly state: FoundRequest;
  readonly request: WriteRequest;
}

/**
 * The requests to acquire again: of those for one output file only the newest, as that is whose data
 * the file must have.
 */
export function selectRequests(
  states: readonly FoundRequest[],
  { states: wanted, includes, file }: Selection,
): FoundRequest[] {
  const newest = new Map(
    [...groupBy(states, ({ path }) => path)].map(([path, group]) => [path, group.at(-1)]),
  );
  return states.filter(
    (each) =>
      wanted.includes(each.state) &&
      includes(each.request.time) &&
      (each.path === undefined || newest.get(each.path) === each) &&
      (file === undefined || isNamed(each.path, file)),
  );
}

/** The requests themselves, read from where they stand, one after another. */
export async function* readSelected(
  selected: readonly FoundRequest[],
): AsyncGenerator<SelectedRequest, void> {
  for (const [file, states] of groupBy(selected, ({ request }) => request.file)) {
    const wanted = groupBy(states, ({ request }) => request.lineNumber);
    for await (const line of readTrail(file)) {
      const onLine = wanted.get(line.lineNumber);
      if (!onLine || line.damaged !== undefined) continue;
      // A trail that was rotated meanwhile has another request there, a damaged one perhaps several.
      const key = requestKey(line.request);
      const state = onLine.find(({ request }) => request.key === key);
      if (state) yield { state, request: line.request };
    }
  }
}

/** @param file an output file, or its name without the folder */
export function isNamed(path: string | undefined, file: string): boolean {
  return path !== undefined && (path === resolve(file) || basename(path) === file);
}

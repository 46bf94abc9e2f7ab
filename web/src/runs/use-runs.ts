import { useCallback, useRef } from 'react';
import { type RequestHead, type Runs, broker } from '../api/broker.js';
import { messageOf } from '../api/message-of.js';
import type { Loaded } from '../api/use-loaded.js';
import { useFollowed } from './use-followed.js';

/**
 * Runs of a pgroup, the newest first; without one, the pgroups that the broker has served. Looked for again when
 * a request comes.
 *
 * @param limit of runs
 */
export function useRuns(
  pgroup: string | undefined,
  beamline: string | undefined,
  limit: number,
): Loaded<Runs> {
  const known = useRef(new Set<string>());
  const isNew = ({ request_id: id }: RequestHead) => {
    const isKnown = known.current.has(id);
    known.current.add(id);
    return !isKnown;
  };
  return useFollowed(
    useCallback((signal) => runsOf({ pgroup, beamline, limit }, signal), [pgroup, beamline, limit]),
    isNew,
  );
}

/** @throws Error with the broker's sentence, where it finds no such pgroup */
async function runsOf(
  query: { pgroup?: string; beamline?: string; limit: number },
  signal: AbortSignal,
): Promise<Runs> {
  const { data, error } = await broker.GET('/runs', { params: { query }, signal });
  if (!data) throw new Error(messageOf(error));
  return data;
}

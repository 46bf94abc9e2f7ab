import { useCallback, useEffect, useRef } from 'react';
import { type RequestHead, type Run, broker } from '../api/broker.js';
import { now } from '../api/clock.js';
import { messageOf } from '../api/message-of.js';
import type { Loaded } from '../api/use-loaded.js';
import { useFollowed } from './use-followed.js';

/** A run as it was found. */
export interface CheckedRun {
  readonly run: Run;
  /** When it was looked for, in s since the epoch. */
  readonly time: number;
}

/** A run, looked for again whenever a request of one of its files changes. */
export function useRun(
  pgroup: string,
  run: number,
  beamline: string | undefined,
): Loaded<CheckedRun> {
  const known = useRef<Run>();
  const isOfIt = ({ output_file: file }: RequestHead) => {
    if (file === undefined || known.current === undefined) return false;
    const { path, acquisitions_list: acquisitions } = known.current;
    if (file.startsWith(`${path}/`)) return true;
    return acquisitions.some(({ files }) => files.some((each) => each.output_file === file));
  };
  const loaded = useFollowed(
    useCallback((signal) => runOf(pgroup, run, beamline, signal), [pgroup, run, beamline]),
    isOfIt,
  );
  useEffect(() => {
    known.current = loaded.value?.run;
  }, [loaded.value]);
  return loaded;
}

/** @throws Error with the broker's sentence, where it finds no such run */
async function runOf(
  pgroup: string,
  run: number,
  beamline: string | undefined,
  signal: AbortSignal,
): Promise<CheckedRun> {
  const { data, error } = await broker.GET('/runs/{pgroup}/{run}', {
    params: { path: { pgroup, run }, query: { beamline } },
    signal,
  });
  if (!data) throw new Error(messageOf(error));
  return { run: data.run, time: now.value };
}

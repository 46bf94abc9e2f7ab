import { useCallback, useEffect } from 'react';
import type { RequestHead } from '../api/broker.js';
import { live } from '../api/live.js';
import { useLoaded } from '../api/use-loaded.js';
import { newestWritten } from './written-files.js';

/** What became of the file of a request that was written. */
export interface Replaced {
  /** The later request whose data the file has now. */
  readonly by?: RequestHead;
  /** Why it is not known. */
  readonly error?: unknown;
}

/** Whether a later request wrote the same file. */
export function useReplaced({ request_id: id, state, output_file: file }: RequestHead): Replaced {
  const { value, error, again } = useLoaded(
    useCallback(
      async (signal: AbortSignal) => {
        if (state !== 'written' || file === undefined || file === '/dev/null') return undefined;
        const newest = await newestWritten(file, signal);
        return newest?.request_id === id ? undefined : newest;
      },
      [id, state, file],
    ),
  );
  useEffect(
    () =>
      live.subscribe(({ heads, isGap }) => {
        const isWritten = (each: RequestHead) =>
          each.request_id !== id && each.state === 'written' && each.output_file === file;
        if (isGap || [...heads.values()].some(isWritten)) again();
      }),
    [id, file, again],
  );
  return { by: value, error };
}

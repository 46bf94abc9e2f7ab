import { useCallback, useEffect, useRef } from 'react';
import type { RequestHead } from '../api/broker.js';
import { live } from '../api/live.js';
import { type Loaded, useLoaded } from '../api/use-loaded.js';

/** However much happens, so often at most what is shown is asked for. */
const PAUSE_MS = 1000;

/**
 * Loads something, and again after requests changed that concern it: files of a run are looked for on disk, so
 * events say when, and not what. A load that takes long is never overtaken.
 *
 * @param load made with useCallback
 */
export function useFollowed<T>(
  load: (signal: AbortSignal) => Promise<T>,
  concerns: (head: RequestHead) => boolean,
): Loaded<T> {
  const isLoading = useRef(false);
  const loaded = useLoaded(
    useCallback((signal: AbortSignal) => notedLoad(load, signal, isLoading), [load]),
  );
  const test = useRef(concerns);
  useEffect(() => {
    test.current = concerns;
  });
  const { again } = loaded;
  useEffect(() => {
    let due: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      due = isLoading.current ? setTimeout(look, PAUSE_MS) : undefined;
      if (due === undefined) again();
    };
    const end = live.subscribe(({ heads, isGap }) => {
      const isConcerned = isGap || [...heads.values()].some((head) => test.current(head));
      if (isConcerned) due ??= setTimeout(look, PAUSE_MS);
    });
    return () => {
      clearTimeout(due);
      end();
    };
  }, [again]);
  return loaded;
}

async function notedLoad<T>(
  load: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
  isLoading: { current: boolean },
): Promise<T> {
  isLoading.current = true;
  try {
    // What happens from here on is heard of.
    await live.started;
    return await load(signal);
  } finally {
    if (!signal.aborted) isLoading.current = false;
  }
}

import { useCallback, useEffect, useState } from 'react';

/** What a load has come to so far. */
export interface Loaded<T> {
  /** The newest there is; it stays while it is loaded again. */
  readonly value?: T;
  /** Why the newest load came to nothing. */
  readonly error?: unknown;
  /** Loads again. */
  readonly again: () => void;
}

interface Result<T> {
  readonly load: Load<T>;
  readonly attempt: object | undefined;
  readonly value?: T;
  readonly error?: unknown;
}

type Load<T> = (signal: AbortSignal) => Promise<T>;

/**
 * Loads something, and again whenever `load` is another function: make it with useCallback. What an
 * earlier `load` brought is not shown as that of the present one.
 */
export function useLoaded<T>(load: Load<T>): Loaded<T> {
  const [attempt, setAttempt] = useState<object>();
  const [result, setResult] = useState<Result<T>>();
  useEffect(() => {
    const abort = new AbortController();
    const settle = (outcome: Pick<Result<T>, 'value' | 'error'>) => {
      if (abort.signal.aborted) return;
      setResult((before) => ({ value: valueOf(before, load), ...outcome, load, attempt }));
    };
    load(abort.signal).then(
      (value) => settle({ value }),
      (error: unknown) => settle({ error }),
    );
    return () => abort.abort();
  }, [load, attempt]);
  const again = useCallback(() => setAttempt({}), []);
  const isPresent = result?.load === load;
  return {
    value: isPresent ? result.value : undefined,
    error: isPresent ? result.error : undefined,
    again,
  };
}

function valueOf<T>(result: Result<T> | undefined, load: Load<T>): T | undefined {
  return result?.load === load ? result.value : undefined;
}

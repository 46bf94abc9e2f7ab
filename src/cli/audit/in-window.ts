/**
 * Runs a task over items as they come, some at a time, until the items end or the signal says so;
 * what runs then is waited for.
 *
 * @throws what the first task threw; no other is begun after it
 */
export async function inWindow<T>(
  items: AsyncIterable<T> | Iterable<T>,
  width: number,
  signal: AbortSignal,
  task: (item: T) => Promise<void>,
): Promise<void> {
  const iterator = each(items);
  const failure = new AbortController();
  const stop = AbortSignal.any([signal, failure.signal]);
  const work = async () => {
    while (!stop.aborted) {
      const { done, value } = await iterator.next();
      if (done || stop.aborted) return;
      await task(value);
    }
  };
  const workers = Array.from({ length: width }, () =>
    work().catch((error: unknown) => {
      failure.abort();
      throw error;
    }),
  );
  const results = await Promise.allSettled(workers);
  await iterator.return?.();
  const rejected = results.find((result) => result.status === 'rejected');
  if (rejected) throw rejected.reason;
}

async function* each<T>(items: AsyncIterable<T> | Iterable<T>): AsyncGenerator<T, void> {
  yield* items;
}

import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for some seconds. @throws the signal's reason */
export async function pause(seconds: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (seconds <= 0) return;
  // It rejects with an AbortError; the signal's reason says more.
  await sleep(seconds * 1000, undefined, { signal }).catch(() => signal.throwIfAborted());
}

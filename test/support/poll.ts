import { setTimeout as sleep } from 'node:timers/promises';

/** Asks again until something is there, for what nobody announces; a test's own time limit ends it. */
export async function poll<T>(result: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (;;) {
    const value = await result();
    if (value !== undefined) return value;
    await sleep(20);
  }
}

import { setImmediate as turn } from 'node:timers/promises';

/** Work that can be interrupted wherever it yields. */
export type Interruptible<T> = Generator<void, T>;

/** Does the work without a break. */
export function atOnce<T>(work: Interruptible<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** Does the work bit by bit: between two of them the event loop has its turn. */
export async function inTurns<T>(work: Interruptible<T>): Promise<T> {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    await turn();
  }
}

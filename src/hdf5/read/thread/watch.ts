import type { Steps } from './messages.js';
import { threadTime } from './thread-time.js';

/** How long a thread may take for one step of reading, in seconds. */
export interface ReadLimits {
  /** That it computes. */
  readonly computing: number;
  /** That it waits for the disk; not that the machine has no time for it. */
  readonly waiting: number;
}

/** Which limit was passed first. */
export type LimitPassed = keyof ReadLimits;

const LOOK_MS = 200;

/**
 * Watches a thread that reads until `stop` is called.
 *
 * @param task tells the thread's name for the kernel, see {@link threadTime}
 * @param passed called once, when the thread has passed a limit without a step forward
 */
export function watchReading(
  steps: Steps,
  task: () => string | undefined,
  limits: ReadLimits,
  passed: (limit: LimitPassed) => void,
): { stop(): void } {
  let step = -1;
  let computedBefore: number | undefined;
  let waited = 0;
  let lookedAt = performance.now();
  const timer = setInterval(() => {
    const name = task();
    const time = name === undefined ? undefined : threadTime(name);
    const now = performance.now();
    // Time in which the whole process stood still says nothing about the disk.
    if (!time?.isRunning) waited += Math.min(now - lookedAt, 2 * LOOK_MS) / 1000;
    lookedAt = now;
    if (Atomics.load(steps, 0) !== step) {
      step = Atomics.load(steps, 0);
      computedBefore = time?.computed;
      waited = 0;
      return;
    }
    computedBefore ??= time?.computed;
    if (time && time.computed - computedBefore! > limits.computing) passed('computing');
    else if (waited > limits.waiting) passed('waiting');
  }, LOOK_MS);
  return { stop: () => clearInterval(timer) };
}

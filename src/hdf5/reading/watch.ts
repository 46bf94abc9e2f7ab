import type { Steps } from './messages.js';
import { threadSeconds } from './thread-time.js';

/** How long a thread may take for one step of reading, in seconds. */
export interface ReadLimits {
  /** That it computes. */
  readonly computing: number;
  /** That pass while this process runs. */
  readonly waiting: number;
}

/** Which limit was passed first. */
export type LimitPassed = keyof ReadLimits;

const LOOK_MS = 200;

/**
 * Watches a thread that reads until `stop` is called.
 *
 * @param task tells the thread's name for the kernel, see {@link threadSeconds}
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
    const computed = name === undefined ? undefined : threadSeconds(name);
    const now = performance.now();
    // Time in which the whole process stood still says nothing about the disk.
    waited += Math.min(now - lookedAt, 2 * LOOK_MS) / 1000;
    lookedAt = now;
    if (Atomics.load(steps, 0) !== step) {
      step = Atomics.load(steps, 0);
      computedBefore = computed;
      waited = 0;
      return;
    }
    computedBefore ??= computed;
    if (computed !== undefined && computed - computedBefore! > limits.computing)
      passed('computing');
    else if (waited > limits.waiting) passed('waiting');
  }, LOOK_MS);
  return { stop: () => clearInterval(timer) };
}

import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

/** What the probe tells of the time since it was last asked to begin, ms. */
export interface LoopDelay {
  readonly p99: number;
  readonly max: number;
}

export type ProbeMessage = 'begin' | 'tell';

const INTERVAL_MS = 10;

// Preloaded into the process that is measured, which knows nothing of it: how much later than due a
// timer of 10 ms comes in its main thread.
if (isMainThread && process.send) {
  const delay = monitorEventLoopDelay({ resolution: INTERVAL_MS });
  delay.enable();
  process.on('message', (message: ProbeMessage) => {
    if (message === 'begin') delay.reset();
    else process.send!({ p99: late(delay.percentile(99)), max: late(delay.max) });
  });
  process.channel!.unref();
}

function late(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e6 - INTERVAL_MS);
}

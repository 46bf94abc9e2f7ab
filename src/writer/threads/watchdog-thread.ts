import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { Stillness } from './stillness.js';
import type { Watch } from './messages.js';

// Entry of the thread that ends a process whose main thread hangs. It has no event loop to be held up.
const { beats, limitMs, logFormat } = workerData as Watch;
const counter = new Int32Array(beats);
// Nobody ever wakes who waits here.
const nothing = new Int32Array(new SharedArrayBuffer(4));
const intervalMs = limitMs / 24;
const stillness = new Stillness(intervalMs);

for (;;) {
  Atomics.wait(nothing, 0, 0, intervalMs);
  const still = stillness.look(performance.now(), Atomics.load(counter, 0));
  if (still >= limitMs) {
    try {
      writeSync(2, `${lastLine(still)}\n`);
    } finally {
      process.kill(process.pid, 'SIGKILL');
    }
  }
}

/** As the log has it, whose own writer is in the thread that hangs. */
function lastLine(still: number): string {
  const msg = `the main thread has hung for ${(still / 1000).toFixed(1)} s: the writer ends itself`;
  const now = new Date();
  const event = { level: 'CRITICAL', time: now.toISOString(), logger: 'Writer', msg };
  return logFormat === 'json' ? JSON.stringify(event) : `[${event.time}] CRITICAL: [Writer] ${msg}`;
}

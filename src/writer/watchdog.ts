import { Worker } from 'node:worker_threads';
import type { WriterSettings } from '../config/writer-settings.js';
import { EventLog } from '../logging/event-log.js';
import type { Watch } from './threads/messages.js';
import { keepNewSpaceSmall } from './threads/new-space.js';

const ENTRY = new URL('./threads/watchdog-thread.js', import.meta.url);
/** Heartbeats that a main thread may miss: by then its broker has long given it up. */
const MISSED_HEARTBEATS = 6;

/**
 * Watches over the main thread from another one, for as long as the process runs: where it hangs, as
 * no shutdown could end it, the process is killed, and what supervises services starts it again. Its
 * connections end with it, so what it held goes to other writers.
 *
 * Time in which the whole process stands still does not count.
 *
 * @param entry what the thread runs
 */
export function watchMainThread(
  { heartbeat, log_format: logFormat }: Pick<WriterSettings, 'heartbeat' | 'log_format'>,
  entry = ENTRY,
): void {
  const beats = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const counter = new Int32Array(beats);
  setInterval(() => Atomics.add(counter, 0, 1), (heartbeat * 1000) / 2).unref();
  const watch: Watch = { beats, limitMs: MISSED_HEARTBEATS * heartbeat * 1000, logFormat };
  const worker = new Worker(entry, {
    name: 'watchdog',
    workerData: watch,
    resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1, stackSizeMb: 1 },
  });
  worker.once('online', keepNewSpaceSmall);
  worker.on('error', (error) => new EventLog('Writer').error('the watchdog ended', { error }));
  worker.unref();
}

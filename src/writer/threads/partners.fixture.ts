import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll } from 'vitest';
import { Partnership } from '../../hdf5/handed/partnership.js';
import { type Bundle, bundle } from '../bundle.fixture.js';

/** Partners in real threads, which end after the last test. Call it once in a describe. */
export function partners() {
  const workers: Worker[] = [];
  let thread: Bundle;
  beforeAll(async () => {
    thread = await bundle('./threads/hdf5-thread.ts');
  });
  afterAll(async () => {
    for (const worker of workers) await worker.terminate();
    thread.remove();
  });
  return {
    /** For the thread of the test. @param buffers of the usual size by default */
    partnership: (buffers?: readonly SharedArrayBuffer[]) =>
      new Partnership(({ port, parts }) => {
        const options = { workerData: { port, parts }, transferList: [port] };
        workers.push(new Worker(thread.url, options));
      }, buffers),
  };
}

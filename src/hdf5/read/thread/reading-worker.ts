import { Worker } from 'node:worker_threads';
import type { FromReadingThread, ReadResult, ReadTask, Steps } from './messages.js';
import { type ReadLimits, watchReading } from './watch.js';

const ENTRY = new URL('./reading-thread.js', import.meta.url);

/** MB of JavaScript objects; what a file of 50,000 channels comes to takes 60. */
const HEAP_LIMIT_MB = 256;

/** How one reading ended: with a result; at a limit; or with its thread. */
export type Ending =
  ReadResult | { readonly failed: 'computing' | 'waiting' | 'ended'; readonly reason: string };

/** A thread that reads files, as seen by whoever wants to know what is in them. */
export class ReadingWorker {
  private readonly steps: Steps = new Int32Array(new SharedArrayBuffer(4));
  private readonly worker: Worker;
  private task: string | undefined;
  private settle: ((ending: Ending) => void) | undefined;

  constructor() {
    this.worker = new Worker(ENTRY, {
      name: 'reading',
      workerData: this.steps,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_LIMIT_MB },
      // The result says what libraries print about a damaged file. These streams are not read, as that would
      // keep the process alive.
      stdout: true,
      stderr: true,
    });
    this.worker.on('message', (message: FromReadingThread) => {
      if (message.type === 'started') this.task = message.task;
      else this.settle?.(message.result);
    });
    this.worker.on('error', (error) => this.settle?.(endingOf(error)));
    this.worker.on('exit', () => this.settle?.({ failed: 'ended', reason: 'its thread ended' }));
  }

  /** Reads one file; one at a time. Whatever fails has to be its last. */
  async read(task: ReadTask, limits: ReadLimits): Promise<Ending> {
    this.worker.ref();
    let watch: { stop(): void } | undefined;
    try {
      return await new Promise<Ending>((resolve) => {
        this.settle = resolve;
        watch = watchReading(
          this.steps,
          () => this.task,
          limits,
          (limit) => {
            resolve({ failed: limit, reason: reasonOf(limit, limits) });
          },
        );
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
        this.worker.postMessage(task);
      });
    } finally {
      watch?.stop();
      this.settle = undefined;
      // Between files it does not keep the process alive.
      this.worker.unref();
    }
  }

  /** Ends the thread whatever it does; a read that the disk holds up is not waited for. */
  end(): void {
    void this.worker.terminate();
  }
}

function endingOf(error: Error): Ending {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'ERR_WORKER_OUT_OF_MEMORY') return { failed: 'ended', reason: error.message };
  return { failed: 'refused', reason: `what it says takes more than ${HEAP_LIMIT_MB} MB` };
}

function reasonOf(limit: 'computing' | 'waiting', limits: ReadLimits): string {
  return limit === 'computing'
    ? `HDF5 comes to no end with it, in ${limits.computing} s of computing`
    : `the disk has given nothing for ${limits.waiting} s`;
}

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { SerialQueue } from '../../concurrency/serial-queue.js';
import type { FileCalls, FilePlaces } from './file-calls.js';
import { keepNewSpaceSmall } from './new-space.js';
import type { FileAnswer, FileCall } from './messages.js';

/** A file server that does not answer for so long is not waited for: what is to be done is done elsewhere. */
const LIMIT_MS = 30_000;
const HEAP_LIMIT_MB = 64;
const YOUNG_HEAP_LIMIT_MB = 3;

/** A call that the file system refused, or did not answer. */
export class FileCallFailed extends Error {
  override readonly name = 'FileCallFailed';
  readonly code = 'file_call_failed';
}

/**
 * A thread that makes calls to the file system, one after another. One that does not come back is left
 * behind with its thread, and the next has a fresh one.
 *
 * It stays where there is nothing to do: when an error file has to be left there may be no room for another.
 */
export class FileWorker {
  private worker: Worker | undefined;
  private readonly calls = new SerialQueue();
  /** What the threads that were left behind have not come back from. */
  private readonly hanging = new Map<Worker, string>();

  /**
   * @param limitMs for a call; 30 s by default
   * @param mostHanging threads that may be left behind at a time, for calls that are made again and again; any
   *   number by default
   */
  constructor(
    private readonly entry: URL,
    private readonly places: FilePlaces,
    private readonly limitMs = LIMIT_MS,
    private readonly mostHanging = Infinity,
  ) {}

  /** Makes a call behind those that were asked for before. @throws FileCallFailed */
  call<Name extends keyof FileCalls>(
    name: Name,
    ...args: Parameters<FileCalls[Name]>
  ): Promise<Awaited<ReturnType<FileCalls[Name]>>> {
    const result = this.calls.run(() => this.make({ name, args }));
    return result as Promise<Awaited<ReturnType<FileCalls[Name]>>>;
  }

  /** Ends the thread when its calls have come back. */
  async close(): Promise<void> {
    await this.calls.idle();
    const { worker } = this;
    this.worker = undefined;
    await worker?.terminate();
  }

  private async make(call: FileCall): Promise<unknown> {
    this.refuseHanging(call);
    const worker = (this.worker ??= this.start());
    const ended = new AbortController();
    const timer = setTimeout(
      () => ended.abort(`no answer of the file system for ${this.limitMs / 1000} s`),
      this.limitMs,
    );
    const lost = (code: number) => ended.abort(`its thread ended with code ${code}`);
    worker.once('exit', lost).ref();
    try {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
      worker.postMessage(call);
      const [answer] = (await once(worker, 'message', { signal: ended.signal })) as [FileAnswer];
      if ('problem' in answer) throw new FileCallFailed(answer.problem);
      return answer.value;
    } catch (error) {
      if (error instanceof FileCallFailed) throw error;
      this.giveUp(worker, call);
      const reason = ended.signal.aborted ? String(ended.signal.reason) : (error as Error).message;
      throw new FileCallFailed(reason, { cause: error });
    } finally {
      clearTimeout(timer);
      worker.off('exit', lost).unref();
    }
  }

  private start(): Worker {
    const worker = new Worker(this.entry, {
      name: 'files',
      workerData: this.places,
      resourceLimits: {
        maxOldGenerationSizeMb: HEAP_LIMIT_MB,
        maxYoungGenerationSizeMb: YOUNG_HEAP_LIMIT_MB,
      },
    });
    worker.once('online', keepNewSpaceSmall);
    // Heard by who waits for an answer; between calls the thread has nothing to die of.
    worker.on('error', () => undefined);
    return worker;
  }

  /** A thread in a call that hangs does not end before that comes back: it is not waited for. */
  private giveUp(worker: Worker, call: FileCall): void {
    this.worker = undefined;
    this.hanging.set(worker, JSON.stringify(call));
    void worker.terminate().finally(() => this.hanging.delete(worker));
  }

  /** Made again and again, a call that hangs would take all memory, a thread each time. */
  private refuseHanging(call: FileCall): void {
    if (this.mostHanging === Infinity) return;
    const hangs = [...this.hanging.values()].includes(JSON.stringify(call));
    if (hangs) throw new FileCallFailed('an earlier call has not come back yet');
    if (this.hanging.size < this.mostHanging) return;
    throw new FileCallFailed(`${this.hanging.size} earlier calls have not come back yet`);
  }
}

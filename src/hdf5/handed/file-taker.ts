import type { MessagePort } from 'node:worker_threads';
import { SharedGarbage } from '../../concurrency/shared-garbage.js';
import type { PackedBlock, RowBlock } from '../../rows/row-block.js';
import type { Hdf5Library } from '../library/hdf5-library.js';
import { toMessage } from './failure-message.js';
import type { FromPartner, ToPartner } from './messages.js';
import type { SharedBuffers } from './shared-buffers.js';
import { openMade, TakenFile } from './taken-file.js';

const MOVED_INTERVAL_MS = 500;

/** Writes the files of another thread, one at a time, in the thread that has HDF5. */
export class FileTaker {
  private readonly messages: ToPartner[] = [];
  private file: TakenFile | undefined;
  private nextMoved = 0;
  private readonly garbage = new SharedGarbage();

  constructor(
    private readonly library: Hdf5Library,
    private readonly port: MessagePort,
    private readonly buffers: SharedBuffers,
  ) {}

  /** Says that it is ready, and takes what comes. */
  start(): void {
    this.port.on('message', (message: ToPartner) => {
      if (this.messages.push(message) === 1) setImmediate(() => this.next());
    });
    this.buffers.setReady(this.library.packedChunks !== undefined);
    this.post({ type: 'ready' });
  }

  /** One message a turn: early flushes have to be heard of between them. */
  private next(): void {
    this.carryOut(this.messages[0]);
    this.messages.shift();
    if (this.messages.length > 0) setImmediate(() => this.next());
  }

  private carryOut(message: ToPartner): void {
    const { buffers } = this;
    switch (message.type) {
      case 'create':
        return this.attempt(() => {
          const fd = openMade(message.options.path, message.made);
          this.file = TakenFile.create(this.library, message.options, fd);
        });
      case 'rows':
        this.attempt(() => this.file!.records.read(buffers.buffer(message.buffer), message.used));
        return buffers.free(message.buffer);
      case 'lent':
        this.attempt(() => this.file!.records.append(message.block));
        buffers.giveBack();
        return this.letGoOf(Math.max(message.copied, sharedBytesOf(message.block)));
      case 'finish':
        return this.attempt(() => {
          const { attributes, endings } = message;
          this.file!.file.finish(attributes, endings, () => this.tellMoved());
          this.file = undefined;
          this.post({ type: 'finished' });
        });
      case 'abort':
        return this.abort();
    }
  }

  /** Nothing more is done for a file that has failed. */
  private attempt(action: () => void): void {
    if (this.buffers.hasFailed) return;
    try {
      action();
      this.buffers.waitingBytes = this.file?.waitingBytes ?? 0;
    } catch (error) {
      const { needsFreshThread } = this.library;
      this.post({ type: 'failed', failure: toMessage(error), needsFreshThread });
      // Who sees it finds the message.
      this.buffers.hasFailed = true;
    }
  }

  private abort(): void {
    let failure: unknown;
    try {
      this.file?.file.abort();
    } catch (error) {
      failure = error;
    }
    this.file = undefined;
    this.post({
      type: 'aborted',
      failure: failure === undefined ? undefined : toMessage(failure),
      needsFreshThread: this.library.needsFreshThread,
    });
  }

  /**
   * Memory that was lent is held by an object here until it is collected, each time by another one: the job thread
   * may have new memory next time, of the same size. The message is gone in the next turn.
   */
  private letGoOf(bytes: number): void {
    setImmediate(() => this.garbage.add(bytes));
  }

  private tellMoved(): void {
    const now = performance.now();
    if (now < this.nextMoved) return;
    this.nextMoved = now + MOVED_INTERVAL_MS;
    this.buffers.waitingBytes = this.file?.waitingBytes ?? 0;
    this.post({ type: 'moved' });
  }

  private post(message: FromPartner): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
    this.port.postMessage(message);
  }
}

function sharedBytesOf(block: RowBlock | PackedBlock): number {
  if ('packed' in block || block.values.type === 'string') return 0;
  return block.values.array.buffer.byteLength;
}

import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { PackedBlock, RowBlock } from '../../rows/row-block.js';
import type { ChannelEnding } from '../layout/channel-ending.js';
import type { Attributes } from '../library/attributes.js';
import { fromMessage } from './failure-message.js';
import type { FromPartner, HandedFileOptions, MadeFile, ToPartner } from './messages.js';
import { SharedBuffers, type SharedParts } from './shared-buffers.js';

interface Waiting {
  /** Ends the wait, if nothing fails. */
  readonly answer: 'finished' | 'aborted';
  readonly resolve: () => void;
  readonly reject: (failure: Error) => void;
  readonly moved: () => void;
}

/** The thread that writes files for this one, one at a time. */
export class Partner {
  readonly buffers: SharedBuffers;
  private failure: Error | undefined;
  private waiting: Waiting | undefined;
  private isBroken = false;

  /** @param ready is called when it can write files */
  constructor(
    private readonly port: MessagePort,
    parts: SharedParts,
    private readonly ready: () => void,
  ) {
    this.buffers = new SharedBuffers(parts);
    port.on('message', (message: FromPartner) => this.hear(message));
    port.unref();
  }

  /** HDF5 failed there. */
  get needsFreshThread(): boolean {
    return this.isBroken;
  }

  /** Begins a file. What is wrong is told later. */
  create(options: HandedFileOptions, made: MadeFile): void {
    this.failure = undefined;
    this.buffers.hasFailed = false;
    this.buffers.waitingBytes = 0;
    this.post({ type: 'create', options, made });
  }

  /** Has it take what was written into a buffer. */
  handOver(buffer: number, used: number): void {
    this.buffers.take(buffer);
    this.post({ type: 'rows', buffer, used });
  }

  /** Has it read a block where it lies, and waits until it has. @param copied see `ToPartner` */
  lend(block: RowBlock | PackedBlock, copied: number): void {
    this.buffers.lend();
    this.post({ type: 'lent', block, copied });
    this.buffers.waitUntilGivenBack();
    this.throwIfFailed();
  }

  /** @throws what has failed, as soon as it is known */
  throwIfFailed(): void {
    while (this.buffers.hasFailed && !this.failure) {
      const told = receiveMessageOnPort(this.port);
      if (!told) throw new Error('the thread that writes the file did not say why it failed');
      this.hear(told.message as FromPartner);
    }
    // It may have been told a moment before the word was set, and nothing else comes then.
    if (this.failure) throw this.failure;
  }

  /** @param moved is called about once a second as it moves on */
  async finish(
    attributes: Attributes,
    endings: ReadonlyMap<string, ChannelEnding>,
    moved: () => void,
  ): Promise<void> {
    this.throwIfFailed();
    await this.ask('finished', { type: 'finish', attributes, endings }, moved);
  }

  /** Resolves when it has let go of the file. */
  async abort(): Promise<void> {
    // What is on its way to a file that is given up need not be written.
    this.buffers.hasFailed = true;
    await this.ask('aborted', { type: 'abort' });
  }

  close(): void {
    this.port.close();
  }

  private ask(
    answer: Waiting['answer'],
    message: ToPartner,
    moved: () => void = () => undefined,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting = { answer, resolve, reject, moved };
      this.post(message);
    });
  }

  private hear(message: FromPartner): void {
    const { waiting } = this;
    switch (message.type) {
      case 'ready':
        return this.ready();
      case 'moved':
        return waiting?.moved();
      case 'finished':
        return this.settle()?.resolve();
      case 'failed':
        this.isBroken ||= message.needsFreshThread;
        this.failure = fromMessage(message.failure);
        // One that is to be given up may fail before the partner hears of it, and has the file until then.
        if (waiting?.answer === 'finished') this.settle()?.reject(this.failure);
        return;
      case 'aborted':
        this.isBroken ||= message.needsFreshThread;
        if (message.failure) this.settle()?.reject(fromMessage(message.failure));
        else this.settle()?.resolve();
    }
  }

  private settle(): Waiting | undefined {
    const { waiting } = this;
    this.waiting = undefined;
    return waiting;
  }

  private post(message: ToPartner): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
    this.port.postMessage(message);
  }
}

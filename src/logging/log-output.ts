import { fstatSync, write, writeSync } from 'node:fs';
import type { DestinationStream } from 'pino';

/** Beyond it lines are lost. The last one that is taken may be longer. */
const MAX_WAITING_BYTES = 1024 * 1024;
const FIRST_RETRY_MS = 5;
const MAX_RETRY_MS = 500;
/** For a reader that is only a little late when the process ends. */
const LAST_CHANCE_MS = 100;

const sleeper = new Int32Array(new SharedArrayBuffer(4));

/**
 * Writes log lines to a file descriptor, and neither fails nor waits whatever becomes of it: a full
 * disk, a reader that is slow or gone. Up to 1 MiB waits until writing goes on; what comes then is lost
 * and counted.
 *
 * A regular file is written in the background, as its disk may hang. All else has to be non-blocking.
 */
export class LogOutput implements DestinationStream {
  private readonly isFile: boolean;
  private waiting: Buffer[] = [];
  private waitingBytes = 0;
  private isWriting = false;
  private retry: NodeJS.Timeout | undefined;
  private retryMs = FIRST_RETRY_MS;
  private isExiting = false;
  private lost = 0;
  private told = 0;

  /** @param resumed called when lines are written again after some were lost, with their number */
  constructor(
    private readonly fd: number,
    private readonly resumed: (lost: number) => void,
  ) {
    this.isFile = fstatSync(fd).isFile();
    process.on('exit', this.atExit);
  }

  /** Lines that were lost so far. */
  get linesLost(): number {
    return this.lost;
  }

  /** @param text one or more lines, each with its line end */
  write(text: string): void {
    if (this.waitingBytes >= MAX_WAITING_BYTES) {
      this.lost += text.split('\n').length - 1;
      return;
    }
    const bytes = Buffer.from(text);
    this.waiting.push(bytes);
    this.waitingBytes += bytes.length;
    if (this.isExiting) this.writeLast();
    else if (!this.isWriting && !this.retry) this.writeWaiting();
  }

  /** Stops writing by itself. */
  close(): void {
    clearTimeout(this.retry);
    process.off('exit', this.atExit);
  }

  private writeWaiting(): void {
    if (this.isFile) this.writeInBackground();
    else if (this.writeNow()) this.goOn();
    else this.tryLater();
  }

  private writeInBackground(): void {
    this.isWriting = true;
    // Taken out: a process that ends meanwhile must not write it a second time.
    const batch = Buffer.concat(this.waiting.splice(0));
    write(this.fd, batch, (error, written) => {
      this.isWriting = false;
      this.waiting.unshift(batch);
      this.take(written);
      if (error) this.tryLater();
      else if (this.waitingBytes > 0) this.writeInBackground();
      else this.goOn();
    });
  }

  /** @returns whether nothing waits any more */
  private writeNow(): boolean {
    try {
      while (this.waiting.length > 0) this.take(writeSync(this.fd, this.waiting[0]));
      return true;
    } catch {
      return false;
    }
  }

  /** Removes the part that was written, which may end inside a line. */
  private take(bytes: number): void {
    this.waitingBytes -= bytes;
    if (bytes > 0) this.retryMs = FIRST_RETRY_MS;
    for (let left = bytes; left > 0;) {
      const [first] = this.waiting;
      if (first.length <= left) this.waiting.shift();
      else this.waiting[0] = first.subarray(left);
      left -= first.length;
    }
  }

  private goOn(): void {
    const lost = this.lost - this.told;
    if (lost === 0) return;
    this.told = this.lost;
    this.resumed(lost);
  }

  private tryLater(): void {
    this.retry = setTimeout(() => {
      this.retry = undefined;
      this.writeWaiting();
    }, this.retryMs).unref();
    this.retryMs = Math.min(this.retryMs * 2, MAX_RETRY_MS);
  }

  private readonly atExit = (): void => {
    this.isExiting = true;
    this.writeLast();
  };

  private writeLast(): void {
    const giveUp = performance.now() + LAST_CHANCE_MS;
    while (!this.writeNow() && performance.now() < giveUp)
      Atomics.wait(sleeper, 0, 0, FIRST_RETRY_MS);
  }
}

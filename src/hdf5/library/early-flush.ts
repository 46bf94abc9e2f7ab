import { closeSync, fdatasync, openSync } from 'node:fs';

/** Bytes that are written until the disk is told to take them up. */
const STEP_BYTES = 4 * 1024 * 1024;

/**
 * Lets the disk take up a file while it is still being written, so that the last `fsync` finds little
 * to do: else the disk idles until then, and the writer after.
 *
 * Works beside the thread; in one that never returns to its event loop, once a file.
 */
export class EarlyFlush {
  private fd: number | undefined;
  private begunAt = 0;
  private isUnderWay = false;
  private isClosed = false;
  private error: NodeJS.ErrnoException | null = null;

  constructor(private readonly path: string) {}

  /** The first failure: the file on disk is not what was written. */
  get failure(): NodeJS.ErrnoException | null {
    return this.error;
  }

  /**
   * Starts to flush if enough was written since, and nothing is under way.
   *
   * @param written bytes so far
   * @throws NodeJS.ErrnoException when the file is gone
   */
  continue(written: number): void {
    if (this.isUnderWay || this.isClosed || written - this.begunAt < STEP_BYTES) return;
    this.fd ??= openSync(this.path, 'r');
    this.begunAt = written;
    this.isUnderWay = true;
    fdatasync(this.fd, (error) => {
      this.isUnderWay = false;
      this.error ??= error;
      if (this.isClosed) this.release();
    });
  }

  /**
   * No more of it. What is under way goes on; should it fail, `fsync` tells it too if the file was
   * open for it before.
   */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    if (!this.isUnderWay) this.release();
  }

  private release(): void {
    if (this.fd !== undefined) closeSync(this.fd);
  }
}

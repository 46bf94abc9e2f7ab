import { closeSync, fstatSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';

/** Where a piece of data lies in a spool. */
export interface SpoolSegment {
  readonly offset: number;
  readonly length: number;
}

/**
 * A place for data that has to wait: memory as far as there is any, then a scratch file.
 *
 * The file's name is removed as soon as it is open, so the disk space comes back however the process
 * ends. It is made when memory is full: a job that stays within its memory budget makes none.
 */
export class Spool {
  private fd: number | undefined;
  private end = 0;

  /**
   * @param path a file name that nobody else uses, on the disk that the data shall take up
   * @param memory for what comes first
   */
  constructor(
    readonly path: string,
    private readonly memory: Uint8Array = new Uint8Array(0),
  ) {}

  /** Bytes that still find room in memory. */
  get room(): number {
    return Math.max(this.memory.length - this.end, 0);
  }

  /** Bytes that wait. */
  get size(): number {
    return this.end;
  }

  /** Appends the bytes of `data`. @throws the system's error with the spool's path, e.g. ENOSPC */
  append(data: NodeJS.ArrayBufferView): SpoolSegment {
    const segment = { offset: this.end, length: data.byteLength };
    if (this.end + data.byteLength <= this.memory.length) {
      this.memory.set(bytesOf(data, data.byteLength), this.end);
    } else {
      this.write(data);
    }
    this.end += data.byteLength;
    return segment;
  }

  /** Fills the beginning of `target` with the segment's bytes. */
  read(segment: SpoolSegment, target: NodeJS.ArrayBufferView): void {
    this.readPart(segment, 0, bytesOf(target, segment.length));
  }

  /** Fills `target` with those bytes of the segment that begin at `from`. */
  readPart({ offset, length }: SpoolSegment, from: number, target: Uint8Array): void {
    const start = offset + from;
    if (offset + length <= this.memory.length) {
      target.set(this.memory.subarray(start, start + target.length));
      return;
    }
    if (this.fd === undefined) throw new Error('nothing was spooled yet');
    let done = 0;
    while (done < target.length) {
      const count = readSync(this.fd, target, done, target.length - done, start + done);
      if (count === 0) throw new Error(`spool ends at ${fstatSync(this.fd).size}`);
      done += count;
    }
  }

  /** Gives the disk space back. What waited is gone; appending starts anew. */
  close(): void {
    if (this.fd !== undefined) closeSync(this.fd);
    this.fd = undefined;
    this.end = 0;
  }

  /** At its place in the file: what is in memory leaves a hole. */
  private write(data: NodeJS.ArrayBufferView): void {
    this.fd ??= this.open();
    try {
      let done = 0;
      while (done < data.byteLength) {
        done += writeSync(this.fd, data, done, data.byteLength - done, this.end + done);
      }
    } catch (error) {
      // The system knows the open file by a number.
      throw Object.assign(error as NodeJS.ErrnoException, { path: this.path });
    }
  }

  private open(): number {
    const fd = openSync(this.path, 'wx+', 0o600);
    unlinkSync(this.path);
    return fd;
  }
}

function bytesOf({ buffer, byteOffset }: NodeJS.ArrayBufferView, length: number): Uint8Array {
  return new Uint8Array(buffer, byteOffset, length);
}

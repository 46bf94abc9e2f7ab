import { closeSync, fstatSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';

/** Where a piece of data lies in a spool. */
export interface SpoolSegment {
  readonly offset: number;
  readonly length: number;
}

/**
 * A scratch file for data that has to wait and would not fit into memory.
 *
 * Its name is removed as soon as it is open, so the disk space comes back however the process ends.
 * The file is made at the first write: a job that stays within its memory budget makes none.
 */
export class Spool {
  private fd: number | undefined;
  private end = 0;

  /** @param path a file name that nobody else uses, on the disk that the data shall take up */
  constructor(private readonly path: string) {}

  /** Bytes written so far. */
  get size(): number {
    return this.end;
  }

  /** Appends the bytes of `data`. @throws the system's error, e.g. ENOSPC */
  append(data: NodeJS.ArrayBufferView): SpoolSegment {
    this.fd ??= this.open();
    const segment = { offset: this.end, length: data.byteLength };
    let done = 0;
    while (done < data.byteLength) {
      done += writeSync(this.fd, data, done, data.byteLength - done, this.end + done);
    }
    this.end += done;
    return segment;
  }

  /** Fills the beginning of `target` with the segment's bytes. */
  read(segment: SpoolSegment, target: NodeJS.ArrayBufferView): void {
    if (this.fd === undefined) throw new Error('nothing was spooled yet');
    let done = 0;
    while (done < segment.length) {
      const count = readSync(this.fd, target, done, segment.length - done, segment.offset + done);
      if (count === 0) throw new Error(`spool ends at ${fstatSync(this.fd).size}`);
      done += count;
    }
  }

  /** Gives the disk space back. What was spooled is gone; appending starts anew. */
  close(): void {
    if (this.fd !== undefined) closeSync(this.fd);
    this.fd = undefined;
    this.end = 0;
  }

  private open(): number {
    const fd = openSync(this.path, 'wx+', 0o600);
    unlinkSync(this.path);
    return fd;
  }
}

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
  /** In memory, given back, in order; no two of them touch, nor does the last one touch the end. */
  private readonly gaps: SpoolSegment[] = [];
  /** Where the file's first byte is, and bytes in it that still wait. */
  private file: { readonly start: number; bytes: number } | undefined;

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
    return Math.max(this.memory.length - this.end, 0) + this.free;
  }

  /** Bytes that wait. */
  get size(): number {
    return this.end - this.free;
  }

  /** Appends the bytes of `data`. @throws the system's error with the spool's path, e.g. ENOSPC */
  append(data: NodeJS.ArrayBufferView): SpoolSegment {
    const gap = this.fill(data.byteLength);
    if (gap) {
      this.memory.set(bytesOf(data, data.byteLength), gap.offset);
      return gap;
    }
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

  /**
   * What waited there waits no more: its memory is for others. Disk space comes back with the last segment in
   * the file.
   */
  release(segment: SpoolSegment): void {
    const { offset, length } = segment;
    if (length === 0) return;
    if (offset + length <= this.memory.length) this.addGap(segment);
    else if (this.file && (this.file.bytes -= length) === 0) {
      this.end = this.file.start;
      this.closeFile();
      this.dropLastGap();
    }
  }

  /** Gives the disk space back. What waited is gone; appending starts anew. */
  close(): void {
    this.closeFile();
    this.end = 0;
    this.gaps.length = 0;
  }

  private get free(): number {
    return this.gaps.reduce((sum, { length }) => sum + length, 0);
  }

  /** Takes the beginning of the first gap that is large enough. */
  private fill(length: number): SpoolSegment | undefined {
    const at = this.gaps.findIndex((gap) => gap.length >= length);
    if (at === -1) return undefined;
    const { offset, length: room } = this.gaps[at];
    if (room === length) this.gaps.splice(at, 1);
    else this.gaps[at] = { offset: offset + length, length: room - length };
    return { offset, length };
  }

  private addGap({ offset, length }: SpoolSegment): void {
    const { gaps } = this;
    let at = gaps.length;
    while (at > 0 && gaps[at - 1].offset > offset) at--;
    gaps.splice(at, 0, { offset, length });
    this.join(at);
    if (at > 0) this.join(at - 1);
    this.dropLastGap();
  }

  /** Makes one of two gaps that touch. */
  private join(at: number): void {
    const [gap, next] = [this.gaps[at], this.gaps.at(at + 1)];
    if (next === undefined || gap.offset + gap.length < next.offset) return;
    this.gaps.splice(at, 2, { offset: gap.offset, length: gap.length + next.length });
  }

  private dropLastGap(): void {
    const last = this.gaps.at(-1);
    if (last === undefined || last.offset + last.length < this.end) return;
    this.end = last.offset;
    this.gaps.pop();
  }

  private closeFile(): void {
    if (this.fd !== undefined) closeSync(this.fd);
    this.fd = undefined;
    this.file = undefined;
  }

  /** At its place in the file: what is in memory leaves a hole. */
  private write(data: NodeJS.ArrayBufferView): void {
    this.fd ??= this.open();
    this.file ??= { start: this.end, bytes: 0 };
    this.file.bytes += data.byteLength;
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

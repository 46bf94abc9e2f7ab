import { readSync, writeSync, writevSync } from 'node:fs';

/**
 * Writes of fewer bytes are gathered: a call of the system each, and pages that are begun by one and
 * finished by the next, take a third longer. More would be left to be written when the file is closed.
 */
export const GATHERED_BYTES = 256 * 1024;
const PAGE_BYTES = 4096;

/**
 * The growing end of a file, gathered in memory: HDF5 writes the datasets one behind another, and goes
 * back for little.
 */
export class GatheredWrites {
  /** Bytes written to the file so far. */
  written = 0;
  /** How much of the memory is filled. */
  private filled = 0;
  /** How much of it is to be filled: up to the end of a page in the file. */
  private room: number;

  /**
   * @param memory of `GATHERED_BYTES`
   * @param start where in the file the memory belongs; nothing was written from there on
   */
  constructor(
    private readonly fd: number,
    private readonly memory: Uint8Array,
    private start: number,
  ) {
    this.room = roomAt(start);
  }

  /** Fills the beginning of `bytes`. @returns bytes read, 0 at the end. @throws NodeJS.ErrnoException */
  read(bytes: Uint8Array, at: number): number {
    if (at < this.start) return this.readFile(bytes.subarray(0, this.start - at), at);
    const from = at - this.start;
    const count = Math.max(0, Math.min(bytes.length, this.filled - from));
    bytes.set(this.memory.subarray(from, from + count));
    return count;
  }

  /** @returns bytes taken; maybe not all of them. @throws NodeJS.ErrnoException */
  write(bytes: Uint8Array, at: number): number {
    if (at < this.start) return this.store(bytes.subarray(0, this.start - at), at);
    if (at >= this.start + this.room) {
      this.flush();
      this.moveTo(at);
    }
    const isNext = this.filled === 0 || at === this.start + this.filled;
    const isLarge = bytes.length >= GATHERED_BYTES;
    return isLarge && isNext ? this.pass(bytes, at) : this.gather(bytes, at);
  }

  /** Writes what is in memory. From now on nothing is gathered. @throws NodeJS.ErrnoException */
  settle(): void {
    this.flush();
    this.moveTo(Infinity);
  }

  /** Writes whole pages of many bytes at once, behind what is in memory. */
  private pass(bytes: Uint8Array, at: number): number {
    const pages = bytes.subarray(0, bytes.length - ((at + bytes.length) % PAGE_BYTES));
    const count = this.filled === 0 ? this.store(pages, at) : this.storeBehind(pages);
    this.moveTo(at + count);
    return count;
  }

  /** Writes what is in memory, and these bytes behind it. @returns how many of these */
  private storeBehind(bytes: Uint8Array): number {
    const { start, filled } = this;
    const count = writevSync(this.fd, [this.memory.subarray(0, filled), bytes], start);
    this.written += count;
    if (count > filled) return count - filled;
    this.flush(count);
    return this.store(bytes, start + filled);
  }

  private gather(bytes: Uint8Array, at: number): number {
    const from = at - this.start;
    // HDF5 comes back for what it left out; if not, it is zeros, as in a file that grows.
    if (from > this.filled) this.memory.fill(0, this.filled, from);
    const part = bytes.subarray(0, this.room - from);
    this.memory.set(part, from);
    this.filled = Math.max(this.filled, from + part.length);
    if (this.filled === this.room) this.flush();
    return part.length;
  }

  private readFile(bytes: Uint8Array, at: number): number {
    const count = readSync(this.fd, bytes, 0, bytes.length, at);
    if (count > 0 || this.start === Infinity) return count;
    // What was left out lies behind the end that the file has so far.
    bytes.fill(0);
    return bytes.length;
  }

  /** @param written bytes of it that are in the file */
  private flush(written = 0): void {
    const { start, filled } = this;
    for (let done = written; done < filled;) {
      done += this.store(this.memory.subarray(done, filled), start + done);
    }
    this.moveTo(start + filled);
  }

  private moveTo(start: number): void {
    this.start = start;
    this.filled = 0;
    this.room = roomAt(start);
  }

  private store(bytes: Uint8Array, at: number): number {
    const count = writeSync(this.fd, bytes, 0, bytes.length, at);
    this.written += count;
    return count;
  }
}

function roomAt(start: number): number {
  return GATHERED_BYTES - (start % PAGE_BYTES);
}

import { closeSync, fstatSync, readSync, writeSync } from 'node:fs';
import { GATHERED_BYTES, GatheredWrites } from './gathered-writes.js';
import type { H5 } from './h5.js';

/** HDF5 writes the headers of some hundred datasets, or the whole of a small file, into these bytes. */
const HEAD_BYTES = 128 * 1024;

/** Memory for one file while it is written. */
interface FileMemory {
  /** Zeros. */
  readonly head: Uint8Array;
  /** Anything. */
  readonly gathered: Uint8Array;
}

/** Where files are gathered, one file after another. */
export class HeadMemory {
  private spare: FileMemory | undefined;

  /** Memory that nobody else has. */
  take(): FileMemory {
    const memory = this.spare ?? {
      head: new Uint8Array(HEAD_BYTES),
      gathered: new Uint8Array(GATHERED_BYTES),
    };
    this.spare = undefined;
    return memory;
  }

  /** @param used bytes at the beginning of the head that may not be zero */
  giveBack(memory: FileMemory, used: number): void {
    memory.head.fill(0, 0, used);
    this.spare = memory;
  }
}

/** An open file as emscripten has it; who sets `stream_ops` reads, writes and closes it. */
interface Stream {
  readonly path: string;
  /** The system's descriptor; sizes are asked for and set by means of it. */
  nfd: number;
  stream_ops?: StreamOperations;
}

interface StreamOperations {
  read(stream: Stream, heap: Int8Array, offset: number, length: number, at: number): number;
  write(stream: Stream, heap: Int8Array, offset: number, length: number, at: number): number;
}

/**
 * A file that HDF5 writes, the first 128 KiB of it in memory: HDF5 goes over them many times in small
 * pieces, and a system call for each of these takes as long as all the rest of a small file. What comes
 * behind them is gathered to larger pieces.
 */
export class HeadBufferedFile {
  /** The system's error when HDF5 last failed to read or write. */
  failure: unknown;
  /**
   * Sees the bytes that HDF5 writes, in HDF5's memory, and where to, before they are written; may change
   * them.
   */
  watch: ((bytes: Uint8Array, at: number) => void) | undefined;

  private readonly memory: FileMemory;
  private readonly head: Uint8Array;
  private readonly rest: GatheredWrites;
  /** How much of `head` was written. */
  private headEnd = 0;
  /** Bytes that HDF5 had written before it was attached. */
  private sizeBefore = 0;

  /** @param fd of the same file, to stay open as long as HDF5 uses it */
  constructor(
    private readonly fd: number,
    private readonly heads: HeadMemory,
  ) {
    this.memory = heads.take();
    this.head = this.memory.head;
    this.rest = new GatheredWrites(fd, this.memory.gathered, HEAD_BYTES);
  }

  /** Bytes written to the file so far, what is still in memory not among them. */
  get written(): number {
    return this.rest.written;
  }

  /**
   * Puts itself between HDF5 and a file that HDF5 has just made, by way of emscripten's streams; HDF5
   * uses our descriptor from then on.
   *
   * @throws Error when the file is not open
   */
  attach(h5: H5, path: string): void {
    const { streams } = h5.FS as unknown as { readonly streams: readonly (Stream | null)[] };
    const stream = streams.find((each) => each?.path === path);
    if (!stream) throw new Error('HDF5 has no such file open');
    this.headEnd = readSync(this.fd, this.head, 0, HEAD_BYTES, 0);
    this.sizeBefore = this.headEnd;
    closeSync(stream.nfd);
    stream.nfd = this.fd;
    stream.stream_ops = {
      read: (_stream, heap, offset, length, at) =>
        this.noting(() => this.read(bytesOf(heap, offset, length), at)),
      write: (_stream, heap, offset, length, at) =>
        this.noting(() => {
          const bytes = bytesOf(heap, offset, length);
          this.watch?.(bytes, at);
          return this.write(bytes, at);
        }),
    };
  }

  /**
   * Fills the beginning of `bytes`, zeros where nothing was written. @returns bytes read, 0 at the file's
   * end
   */
  read(bytes: Uint8Array, at: number): number {
    if (at >= HEAD_BYTES) return this.rest.read(bytes, at);
    const part = this.head.subarray(at, at + bytes.length);
    bytes.set(part);
    return part.length;
  }

  /** @returns bytes written; maybe not all of them. @throws NodeJS.ErrnoException */
  write(bytes: Uint8Array, at: number): number {
    if (at >= HEAD_BYTES) return this.rest.write(bytes, at);
    const part = bytes.subarray(0, HEAD_BYTES - at);
    this.head.set(part, at);
    this.headEnd = Math.max(this.headEnd, at + part.length);
    return part.length;
  }

  private noting<T>(call: () => T): T {
    try {
      return call();
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }

  /**
   * HDF5 is about to close the file, and may set its size: nothing is to be gathered behind the first
   * 128 KiB any more. @throws NodeJS.ErrnoException
   */
  settle(): void {
    this.noting(() => this.rest.settle());
  }

  /** Writes what is in memory, after HDF5 has closed the file, and is over. @throws NodeJS.ErrnoException */
  flush(): void {
    // HDF5 sets a file's size where it is not what was written: then nothing must go beyond.
    const { size } = fstatSync(this.fd);
    const end = size === this.sizeBefore ? this.headEnd : Math.min(this.headEnd, size);
    for (let done = 0; done < end;) {
      done += writeSync(this.fd, this.head, done, end - done, done);
    }
    this.heads.giveBack(this.memory, this.headEnd);
  }
}

function bytesOf(heap: Int8Array, offset: number, length: number): Uint8Array {
  return new Uint8Array(heap.buffer, heap.byteOffset + offset, length);
}

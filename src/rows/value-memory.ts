/**
 * Memory for values, zeros at first, that knows how far it was written to.
 *
 * Values of hundreds of MB that are absent one after another, a few bytes of a reply each, would else
 * have it cleared for each of them, and take up all of it.
 */
export class ValueMemory {
  readonly buffer: ArrayBufferLike;
  /** Where it begins in `buffer`. */
  readonly offset: number;
  private readonly bytes: Uint8Array;
  /** From here on all bytes are zero. */
  private blankFrom = 0;

  /**
   * @param size in bytes
   * @param isShared whether another thread may read it where it lies
   * @param bytes where it is to be, if there is memory for it: all zeros, and nobody else's
   */
  constructor(
    readonly size: number,
    isShared = false,
    bytes?: Uint8Array,
  ) {
    this.bytes =
      bytes ?? new Uint8Array(isShared ? new SharedArrayBuffer(size) : new ArrayBuffer(size));
    this.buffer = this.bytes.buffer;
    this.offset = this.bytes.byteOffset;
  }

  /** Bytes before `end` may have been written. */
  written(end: number): void {
    if (end > this.blankFrom) this.blankFrom = end;
  }

  /** Makes the bytes from `from` to before `to` zeros. */
  clear(from: number, to: number): void {
    this.bytes.fill(0, from, Math.min(to, this.blankFrom));
    if (to >= this.blankFrom && from < this.blankFrom) this.blankFrom = from;
  }
}

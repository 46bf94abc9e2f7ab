/**
 * Memory for values, zeros at first, that knows how far it was written to.
 *
 * Values of hundreds of MB that are absent one after another, a few bytes of a reply each, would else
 * have it cleared for each of them, and take up all of it.
 */
export class ValueMemory {
  readonly buffer: ArrayBuffer | SharedArrayBuffer;
  private readonly bytes: Uint8Array;
  /** From here on all bytes are zero. */
  private blankFrom = 0;

  /**
   * @param size in bytes
   * @param isShared whether another thread may read it where it lies
   */
  constructor(
    readonly size: number,
    isShared = false,
  ) {
    this.buffer = isShared ? new SharedArrayBuffer(size) : new ArrayBuffer(size);
    this.bytes = new Uint8Array(this.buffer);
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

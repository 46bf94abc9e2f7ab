const CHUNK_BYTES = 2 ** 20;
const MAX_BYTES_PER_CHARACTER = 3;

/**
 * Two chunks of a megabyte that are filled in turn, so that one is filled while the other is on
 * its way to the client: a reply takes these two and no more, however long it is.
 */
export class ChunkPair {
  private current = Buffer.allocUnsafe(CHUNK_BYTES);
  private other = Buffer.allocUnsafe(CHUNK_BYTES);
  private length = 0;

  /** Whether a text certainly fits what is left of the chunk. */
  fits(text: string): boolean {
    return text.length * MAX_BYTES_PER_CHARACTER <= CHUNK_BYTES - this.length;
  }

  /** Whether nothing fits any more. */
  get isFull(): boolean {
    return this.length === CHUNK_BYTES;
  }

  /** Adds a text that fits; all that the simulator adds fit an empty chunk. */
  addText(text: string): void {
    this.length += this.current.write(text, this.length);
  }

  /** Copies what fits, and returns how many bytes that was. */
  addBytes(bytes: Buffer, from: number): number {
    const copied = bytes.copy(this.current, this.length, from);
    this.length += copied;
    return copied;
  }

  /** The filled part; it stays as it is until the second call after this one. */
  take(): Buffer {
    const filled = this.current.subarray(0, this.length);
    [this.current, this.other] = [this.other, this.current];
    this.length = 0;
    return filled;
  }
}

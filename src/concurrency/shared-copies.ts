const WORD_BYTES = 8;
/** Copied at a time by way of other memory: stays in the processor's first cache. */
const PIECE_BYTES = 16 * 1024;
/** Shorter ones are copied as they are. */
const SHORT = 64;

/**
 * Copies into shared memory. The engine does so by words of eight bytes where source and target lie alike in
 * them, else byte by byte, which takes eight times as long: then the bytes first go where they do lie alike.
 */
export class SharedCopies {
  private between: Uint8Array | undefined;

  /** @param target in shared memory */
  copy(source: Uint8Array, target: Uint8Array, at: number): void {
    const place = (target.byteOffset + at) % WORD_BYTES;
    if (source.length < SHORT || source.byteOffset % WORD_BYTES === place) {
      target.set(source, at);
      return;
    }
    const between = (this.between ??= new Uint8Array(PIECE_BYTES + WORD_BYTES));
    for (let from = 0; from < source.length; from += PIECE_BYTES) {
      const piece = source.subarray(from, from + PIECE_BYTES);
      between.set(piece, place);
      target.set(between.subarray(place, place + piece.length), at + from);
    }
  }
}

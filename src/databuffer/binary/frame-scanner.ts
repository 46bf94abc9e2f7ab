import { MalformedReply, TruncatedReply } from '../errors.js';

/** Most bytes in a frame; images of a detector are far smaller. */
const MAX_FRAME = 256 * 1024 * 1024;
/** So much of a frame has come that there is likely to be more: memory for the whole is not copied again. */
const LARGE_PART = 16 * 1024 * 1024;
/** Each frame has its length before and after. */
const LENGTH_BYTES = 4;
const AROUND = 2 * LENGTH_BYTES;
/** From here on a frame is put together: an event's value, 21 bytes later, is copied on by words of eight then. */
const HELD_AT = 3;

/**
 * Finds the frames `int32 length | payload | int32 length again`, big endian, in pieces of a stream.
 *
 * A frame that lies in one piece is not copied; one that does not is put together in memory that is
 * used again and grows with what came, not with what a length promises.
 */
export class FrameScanner {
  /** The current frame's payload: `bytes[start]` to before `bytes[end]`; valid until the next call. */
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  /** Where the current frame begins, in bytes from the stream's beginning. */
  offset = 0;

  private chunk: Uint8Array = new Uint8Array(0);
  private at = 0;
  /** Beginning of a frame whose end is still to come. */
  private partial = new Uint8Array(0);
  private held = 0;
  /** Bytes of the frames that were found. */
  private done = 0;

  /** Bytes of the stream that were taken. */
  get position(): number {
    return this.done + this.held;
  }

  /** Bytes that came of a frame that is not whole yet. */
  get heldBytes(): number {
    return this.held;
  }

  /** Takes the next piece; `next` has to have returned false before. */
  feed(chunk: Uint8Array): void {
    this.chunk = chunk;
    this.at = 0;
  }

  /** Turns to the next frame. @returns false when more bytes are needed @throws MalformedReply */
  next(): boolean {
    this.offset = this.done;
    if (this.held > 0) return this.complete();
    const { chunk, at } = this;
    const available = chunk.length - at;
    const size = available < LENGTH_BYTES ? Infinity : this.sizeOfFrame(chunk, at);
    if (available < size) {
      this.hold(available, size);
      return false;
    }
    this.at = at + size;
    this.turnTo(chunk, at, size);
    return true;
  }

  /** The stream is over. @throws TruncatedReply within a frame */
  ensureComplete(): void {
    if (this.held > 0) throw new TruncatedReply(this.position);
  }

  /** Goes on with a frame that began in an earlier piece. */
  private complete(): boolean {
    if (this.held < LENGTH_BYTES) {
      this.hold(LENGTH_BYTES - this.held, LENGTH_BYTES);
      if (this.held < LENGTH_BYTES) return false;
    }
    const size = this.sizeOfFrame(this.partial, HELD_AT);
    this.hold(size - this.held, size);
    if (this.held < size) return false;
    this.held = 0;
    this.turnTo(this.partial, HELD_AT, size);
    return true;
  }

  /** Keeps up to `count` bytes of the piece, of a frame of so many bytes. */
  private hold(count: number, size: number): void {
    const { chunk, at, held } = this;
    const taken = Math.min(count, chunk.length - at);
    const needed = held + taken;
    if (this.partial.length < HELD_AT + needed) {
      const grown = held > LARGE_PART ? size : Math.min(size, 2 * this.partial.length);
      const larger = new Uint8Array(HELD_AT + Math.max(needed, grown));
      larger.set(this.partial);
      this.partial = larger;
    }
    this.partial.set(chunk.subarray(at, at + taken), HELD_AT + held);
    this.held = needed;
    this.at = at + taken;
  }

  private sizeOfFrame(bytes: Uint8Array, at: number): number {
    const length = int32At(bytes, at);
    if (length <= 0 || length > MAX_FRAME) {
      throw new MalformedReply(this.done, `a frame of ${length} bytes, 1 to ${MAX_FRAME} can be`);
    }
    return length + AROUND;
  }

  private turnTo(bytes: Uint8Array, at: number, size: number): void {
    this.bytes = bytes;
    this.start = at + LENGTH_BYTES;
    this.end = at + size - LENGTH_BYTES;
    const again = int32At(bytes, this.end);
    if (again !== this.end - this.start) {
      throw new MalformedReply(
        this.done + this.end - at,
        `the length ${again} after a frame that began with ${this.end - this.start}`,
      );
    }
    this.done += size;
  }
}

/** The big-endian int32 at a place. */
export function int32At(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
}

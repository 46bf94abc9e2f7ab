import type { Spool } from '../../rows/spool.js';
import type { Supply } from './cbor-reader.js';

/** Bytes of a frame that lie in memory at a time, where all of it found no room there. */
export const WINDOW_BYTES = 128 * 1024;

/** The CBOR item of a frame: in memory, or in a scratch file. */
export class Frame implements Supply {
  /**
   * @param offset of its first byte, in the reply
   * @param memory the memory of all frames
   * @param place where it begins there, or in the scratch file
   */
  constructor(
    readonly offset: number,
    readonly length: number,
    private readonly memory: Uint8Array,
    private readonly place: number,
    readonly spool?: Spool,
  ) {}

  /** Takes the bytes that come behind the first `filled` ones. */
  put(filled: number, bytes: Uint8Array): void {
    if (this.spool === undefined) this.memory.set(bytes, this.place + filled);
    else this.spool.append(bytes);
  }

  load(position: number, window: number): { at: number; count: number } {
    const { spool, place, length } = this;
    if (spool === undefined) return { at: place + position, count: length - position };
    const count = Math.min(WINDOW_BYTES, length - position);
    const segment = { offset: place, length };
    if (count > 0) spool.readPart(segment, position, this.memory.subarray(window, window + count));
    return { at: window, count };
  }
}

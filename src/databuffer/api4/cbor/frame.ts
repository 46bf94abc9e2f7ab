import type { Spool } from '../../../rows/spool.js';
import type { Supply } from './cbor-reader.js';
import type { Kernel } from './kernel.js';

/** The CBOR item of a frame: in memory, or in a scratch file. */
export class Frame implements Supply {
  /**
   * @param offset of its first byte, in the reply
   * @param kernel in whose memory frames lie
   * @param place where it begins there, or in the scratch file
   */
  constructor(
    readonly offset: number,
    readonly length: number,
    private readonly kernel: Kernel,
    private readonly place: number,
    readonly spool?: Spool,
  ) {}

  /** Takes the bytes that come behind the first `filled` ones. */
  put(filled: number, bytes: Uint8Array): void {
    if (this.spool === undefined) this.kernel.bytes.set(bytes, this.place + filled);
    else this.spool.append(bytes);
  }

  load(position: number, window: number): { at: number; count: number } {
    const { spool, place, length, kernel } = this;
    if (spool === undefined) return { at: place + position, count: length - position };
    const count = Math.min(kernel.windowBytes, length - position);
    const segment = { offset: place, length };
    if (count > 0) spool.readPart(segment, position, kernel.bytes.subarray(window, window + count));
    return { at: window, count };
  }
}

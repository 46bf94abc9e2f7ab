import type { OnReadOpts, Socket } from 'node:net';
import type { buildConnector as Undici } from 'undici';
import buildConnector from 'undici/lib/core/connect.js';

/**
 * Bytes that are read at once by default. Where parsing has taken the processor's caches, a read costs some 10 µs besides
 * its bytes, half of all with 64 KiB; much more than this stays in no cache.
 */
const READ_BYTES = 256 * 1024;

/**
 * Connects sockets that read into the same two buffers again and again, where Node gets new memory
 * for every read: the pages of that, and collecting it, cost several times what reading costs.
 *
 * Bytes that were read must be used, or copied, before the event loop turns; what undici has not taken by
 * then is left alone.
 */
export function reusingConnector(
  options: Undici.BuildOptions,
  readBytes = READ_BYTES,
): Undici.connector {
  return (target, callback) => {
    const reads = new ReusedReads(readBytes);
    const connect = buildConnector({ ...options, onread: reads });
    connect(target, (...result) => {
      [, reads.socket] = result;
      callback(...result);
    });
  };
}

/** Where a socket reads to. It does what Node does itself, but for whose memory it takes. */
class ReusedReads implements OnReadOpts {
  socket: Socket | null = null;

  private current: Buffer;
  private other: Buffer;
  private lastBytes = 0;

  constructor(private readonly size: number) {
    this.current = Buffer.allocUnsafeSlow(size);
    this.other = Buffer.allocUnsafeSlow(size);
  }

  /** Asked for when the socket is made, and again after each `callback`. */
  readonly buffer = (): Uint8Array => {
    const { other, current, socket } = this;
    // Beyond what was read last there is something that nobody has taken yet, maybe in `other`.
    const isWaiting = socket !== null && socket.readableLength > this.lastBytes;
    this.other = current;
    this.current = isWaiting ? Buffer.allocUnsafeSlow(this.size) : other;
    return this.current;
  };

  readonly callback = (bytes: number, buffer: Uint8Array): boolean => {
    this.lastBytes = bytes;
    return this.socket!.push(buffer.subarray(0, bytes));
  };
}

import type { Socket } from 'node:net';

/**
 * Leaves what comes in its socket, so that a server waits for a decoder that is behind.
 *
 * Undici can pause too, but then it throws where nobody catches it if the connection ends or is reset.
 */
export class ReadBrake {
  private readonly appliedBy = new Set<object>();
  /** Would have been read from meanwhile. */
  private readonly stopped = new Set<Socket>();

  /** @param by whoever wants it: until all have released it nothing is read */
  apply(by: object): void {
    this.appliedBy.add(by);
  }

  release(by: object): void {
    if (!this.appliedBy.delete(by) || this.appliedBy.size > 0) return;
    for (const socket of this.stopped) {
      // Not at once: undici may be in the middle of a piece.
      process.nextTick(() => !socket.destroyed && socket.emit('readable'));
    }
    this.stopped.clear();
  }

  /** Makes a socket have nothing to read while this is applied. */
  stoppable(socket: Socket): Socket {
    const read = socket.read.bind(socket);
    socket.read = (size?: number): Buffer | null => {
      if (this.appliedBy.size === 0) return read(size) as Buffer | null;
      this.stopped.add(socket);
      return null;
    };
    return socket;
  }
}

import { Api4Memory } from '../cbor/api4-memory.js';
import { Kernel } from '../cbor/kernel.js';

/** Finds everything unusual. */
class IdleKernel extends Kernel {
  private stopped = 0;

  override get at(): number {
    return this.stopped;
  }

  override read(_type: unknown, start: number): number {
    return this.stopAt(start);
  }

  override readRows(_type: unknown, start: number): number {
    return this.stopAt(start);
  }

  override readonly skipNumbers = (start: number): number => this.stopAt(start);

  private stopAt(start: number): number {
    this.stopped = start;
    return 0;
  }
}

/** Memory with which everything is read in TypeScript. */
export const WITHOUT_KERNEL = new Api4Memory(new IdleKernel());

/** Memory in which no frame finds room: all wait in scratch files. */
export const WITHOUT_ROOM = new Api4Memory();
WITHOUT_ROOM.frames.take(WITHOUT_ROOM.kernel.framesBytes);

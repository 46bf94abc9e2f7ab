/** A piece of memory for frames. */
export interface Slot {
  readonly start: number;
  readonly size: number;
  /** Bytes of frames in it. */
  used: number;
}

/** Hands out the memory in which frames wait until they are read, to all downloads of a thread. */
export class FrameMemory {
  /** What is free, in order, with something between each two. */
  private readonly free: { start: number; size: number }[];

  constructor(start: number, size: number) {
    this.free = [{ start, size }];
  }

  /** @returns undefined where no piece is as large */
  take(size: number): Slot | undefined {
    const at = this.free.findIndex((piece) => piece.size >= size);
    if (at < 0) return undefined;
    const piece = this.free[at];
    const slot = { start: piece.start, size, used: 0 };
    piece.start += size;
    piece.size -= size;
    if (piece.size === 0) this.free.splice(at, 1);
    return slot;
  }

  give({ start, size }: Slot): void {
    let at = this.free.findIndex((piece) => piece.start > start);
    if (at < 0) at = this.free.length;
    const before = this.free[at - 1];
    const after = this.free[at];
    const joinsBefore = before !== undefined && before.start + before.size === start;
    const joinsAfter = after !== undefined && start + size === after.start;
    const piece = joinsBefore ? before : { start, size: 0 };
    piece.size += size + (joinsAfter ? after.size : 0);
    this.free.splice(
      joinsBefore ? at - 1 : at,
      (joinsBefore ? 1 : 0) + (joinsAfter ? 1 : 0),
      piece,
    );
  }
}

import { Spool } from '../../../rows/spool.js';
import { MalformedReply, TruncatedReply } from '../../errors.js';
import type { Api4Memory } from './api4-memory.js';
import { Frame } from './frame.js';
import type { Slot } from './frame-memory.js';

const HEAD_BYTES = 16;
const LENGTH_BYTES = 4;
/** Of a frame; no server sends more. */
const MAX_BYTES = 80 * 1024 * 1024;
/** Frames that are smaller collect in memory of this size, and are read together. */
export const SLOT_BYTES = 64 * 1024;
/** Bytes of a frame that are progress by themselves. */
const PROGRESS_BYTES = 1024 * 1024;

/** What is done with frames. */
export interface FrameTaker {
  /** A frame is there. Its bytes stay where they are until `makeRoom` is called. */
  take(frame: Frame): void;
  /** Others need memory: reads all frames that were taken. @param urgent whether there is no more */
  makeRoom(urgent: boolean): boolean;
}

/** Cuts a reply into frames: 16 bytes with the length of a CBOR item, that item, zeros up to a multiple of 8. */
export class FrameCollector {
  /** Bytes of the reply so far. */
  offset = 0;
  /** Changes while a large frame comes. */
  progress = 0;

  private headBytes = 0;
  private length = 0;
  private frame: Frame | undefined;
  private filled = 0;
  private padding = 0;
  private slots: Slot[] = [];
  private readonly spool: Spool;

  constructor(
    private readonly memory: Api4Memory,
    spoolPath: string,
    private readonly taker: FrameTaker,
  ) {
    // Two may have the same path: a file that is open has no name any more.
    this.spool = new Spool(`${spoolPath}.frame`);
  }

  /** Bytes that frames have in memory and in the scratch file. */
  get held(): number {
    return this.slots.reduce((sum, { size }) => sum + size, this.spool.size);
  }

  /** Another reply begins. */
  begin(): void {
    this.forget();
    this.offset = 0;
  }

  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length;) {
      const before = at;
      if (this.frame !== undefined) at += this.fill(this.frame, chunk, at);
      else if (this.padding > 0) at += this.pad(chunk[at]);
      else at += this.readHead(chunk[at]);
      this.offset += at - before;
      if (this.frame !== undefined && this.filled === this.length) this.end(this.frame);
    }
  }

  /** @throws TruncatedReply within a frame; zeros that are missing behind the last one are nobody's loss */
  ensureWhole(): void {
    if (this.headBytes > 0 || this.frame !== undefined) throw new TruncatedReply(this.offset);
  }

  /** Forgets the frame that is not whole. */
  forget(): void {
    this.frame = undefined;
    this.headBytes = 0;
    this.padding = 0;
    this.length = 0;
  }

  /** All frames were read: gives memory and disk space back. */
  release(): void {
    for (const slot of this.slots) this.memory.frames.give(slot);
    this.slots = [];
    this.spool.close();
  }

  private readHead(byte: number): 1 {
    const at = this.headBytes++;
    if (at < LENGTH_BYTES) {
      this.length += byte * 2 ** (8 * at);
      if (this.length > MAX_BYTES) {
        const what = `a frame of at least ${this.length} bytes, where ${MAX_BYTES} are allowed`;
        throw new MalformedReply(this.offset, what);
      }
    } else if (byte !== 0) {
      throw new MalformedReply(this.offset, 'the head of a frame has something else than zeros');
    }
    if (this.headBytes === HEAD_BYTES) {
      this.headBytes = 0;
      this.padding = (8 - (this.length % 8)) % 8;
      if (this.length > 0) this.open();
    }
    return 1;
  }

  private pad(byte: number): 1 {
    if (byte !== 0) {
      throw new MalformedReply(this.offset, 'a frame is followed by something else than zeros');
    }
    this.padding--;
    return 1;
  }

  /** A place for a frame: behind the last one, in memory of its own, or in the scratch file. */
  private open(): void {
    const { length, spool } = this;
    const { kernel } = this.memory;
    const slot = this.slotFor(length);
    const offset = this.offset + 1;
    this.filled = 0;
    if (slot === undefined) {
      this.frame = new Frame(offset, length, kernel, spool.size, spool);
      return;
    }
    this.frame = new Frame(offset, length, kernel, slot.start + slot.used);
    slot.used += length;
  }

  private slotFor(length: number): Slot | undefined {
    const last = this.slots.at(-1);
    if (last !== undefined && last.used + length <= last.size) return last;
    const { frames } = this.memory;
    const size = Math.max(length, SLOT_BYTES);
    if (this.slots.length > 0 && this.taker.makeRoom(false)) this.release();
    let slot = frames.take(size);
    if (slot === undefined && this.slots.length > 0 && this.taker.makeRoom(true)) {
      this.release();
      slot = frames.take(size);
    }
    if (slot !== undefined) this.slots.push(slot);
    return slot;
  }

  private fill(frame: Frame, chunk: Uint8Array, at: number): number {
    const count = Math.min(this.length - this.filled, chunk.length - at);
    frame.put(this.filled, chunk.subarray(at, at + count));
    const before = Math.floor(this.filled / PROGRESS_BYTES);
    this.filled += count;
    this.progress += Math.floor(this.filled / PROGRESS_BYTES) - before;
    return count;
  }

  private end(frame: Frame): void {
    this.frame = undefined;
    this.length = 0;
    this.taker.take(frame);
  }
}

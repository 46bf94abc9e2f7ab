import { BLOCK_BYTES, BLOCK_ROWS, BlockMemory } from '../blocks/block-memory.js';
import { TextBuffer } from '../blocks/text-buffer.js';
import { CborReader } from './cbor-reader.js';
import { WINDOW_BYTES } from './frame.js';
import { FrameMemory } from './frame-memory.js';

const FRAMES_BYTES = 16 * 1024 * 1024;

/** Memory for reading replies, shared by all downloads of a thread. */
export class Api4Memory {
  /** All of it. */
  readonly bytes = new Uint8Array(FRAMES_BYTES + 4 * WINDOW_BYTES);
  readonly frames = new FrameMemory(4 * WINDOW_BYTES, FRAMES_BYTES);
  /** Of the block that is being filled; nobody leaves one unfinished. */
  readonly blocks = new BlockMemory();
  readonly texts = new TextBuffer(0, 0);
  readonly names = new TextBuffer(0, 0);
  /** For each row that was read ahead whether it is kept. */
  readonly keep = new Uint8Array(BLOCK_ROWS);

  /** Of the arrays of a batch, which are read side by side. */
  readonly times = new CborReader(this.bytes, 0);
  readonly pulses = new CborReader(this.bytes, WINDOW_BYTES);
  readonly values = new CborReader(this.bytes, 2 * WINDOW_BYTES);
  readonly labels = new CborReader(this.bytes, 3 * WINDOW_BYTES);

  /** Releases memory that unusually large values or texts needed. */
  trim(): void {
    this.blocks.begin();
    this.texts.begin(BLOCK_BYTES);
    this.names.begin(BLOCK_BYTES);
  }
}

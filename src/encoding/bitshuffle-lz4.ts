import { unshuffleBits } from './bit-transpose.js';
import { CorruptData, MAX_UNPACKED, ensureUnpackedSize, unpackLz4Block } from './lz4-block.js';

/** `int64` unpacked size, `int32` block size in bytes. */
const HEADER_SIZE = 12;
/** The block size of bitshuffle by default: 8 KiB, and at least 128 elements. */
const DEFAULT_BLOCK_BYTES = 8192;
const LEAST_BLOCK_ELEMENTS = 128;
/** A block holds a multiple of this many elements; what is left of the last one is stored as it is. */
const BLOCKED_ELEMENTS = 8;

/** The unpacked size in bytes that a packed value announces, whatever it is. @throws CorruptData */
export function unpackedSize(packed: Uint8Array): number {
  if (packed.length < HEADER_SIZE) throw new CorruptData('is shorter than its 12-byte header');
  const size = Number(viewOf(packed).getBigInt64(0));
  if (size < 0) throw new CorruptData(`announces ${size} bytes`);
  return size;
}

/**
 * Unpacks a value as bsread sends it: the 12-byte header, then the stream of bitshuffle with LZ4
 * (https://github.com/kiyo-masui/bitshuffle): each block is `int32 size | LZ4 block`, big endian.
 *
 * @param elementSize bytes of one element
 * @param expected unpacked size in bytes, where the caller knows it
 * @param largest unpacked size in bytes that is allocated at most, whatever the header announces
 * @throws CorruptData
 */
export function unpackBitshuffleLz4(
  packed: Uint8Array,
  elementSize: number,
  expected?: number,
  largest = MAX_UNPACKED,
): Buffer {
  const size = unpackedSize(packed);
  ensureUnpackedSize(size, expected, largest);
  const unpacked = Buffer.alloc(size);
  new BitshuffleLz4Unpacker().unpack(packed, elementSize, unpacked);
  return unpacked;
}

/** Unpacks values one after another in the same memory. */
export class BitshuffleLz4Unpacker {
  private shuffled = new Uint8Array(0);

  /** Fills `out`, whose size must be the announced one. @throws CorruptData */
  unpack(packed: Uint8Array, elementSize: number, out: Uint8Array): void {
    const blocks = new Blocks(packed, elementSize, out.length);
    const blockBytes = blocks.largest * elementSize;
    if (this.shuffled.length < blockBytes) this.shuffled = new Uint8Array(blockBytes);
    let to = 0;
    while (blocks.next()) {
      const bytes = blocks.elements * elementSize;
      unpackLz4Block(packed, blocks.start, blocks.end, this.shuffled, bytes);
      unshuffleBits(this.shuffled, elementSize, blocks.elements, out, to);
      to += bytes;
    }
    out.set(packed.subarray(blocks.end), to);
  }
}

/**
 * Checks everything of a packed value but the contents of its LZ4 blocks: that it unpacks to `size`
 * bytes, and that its blocks cover it from end to end.
 *
 * @throws CorruptData
 */
export function checkBitshuffleLz4(packed: Uint8Array, elementSize: number, size: number): void {
  const blocks = new Blocks(packed, elementSize, size);
  while (blocks.next());
}

/** Walks the blocks of a packed value. */
class Blocks {
  /** Elements of a block but the last. */
  readonly largest: number;
  /** Of the current block: its elements, and where its LZ4 data begin and end. */
  elements = 0;
  start = HEADER_SIZE;
  end = HEADER_SIZE;

  private readonly view: DataView;
  private readonly restBytes: number;
  private left: number;

  constructor(
    private readonly packed: Uint8Array,
    elementSize: number,
    size: number,
  ) {
    const announced = unpackedSize(packed);
    if (announced !== size || size % elementSize !== 0) {
      throw new CorruptData(`unpacks to ${announced} bytes, not ${size}`);
    }
    this.view = viewOf(packed);
    const rest = (size / elementSize) % BLOCKED_ELEMENTS;
    this.restBytes = rest * elementSize;
    this.left = size / elementSize - rest;
    this.largest = Math.min(this.left, elementsPerBlock(this.view.getInt32(8), elementSize));
  }

  /** @returns whether there is another block; if not, `end` is where the elements left over begin */
  next(): boolean {
    const { packed, view, end } = this;
    if (this.left === 0) {
      if (packed.length - end === this.restBytes) return false;
      throw new CorruptData(`has ${packed.length - end} bytes after its last block`);
    }
    this.elements = Math.min(this.largest, this.left);
    this.left -= this.elements;
    this.start = end + 4;
    if (this.start > packed.length) throw new CorruptData('ends within a block');
    this.end = this.start + view.getUint32(end);
    if (this.end > packed.length) throw new CorruptData('ends within a block');
    return true;
  }
}

function elementsPerBlock(blockSize: number, elementSize: number): number {
  if (blockSize === 0) {
    const elements = Math.floor(DEFAULT_BLOCK_BYTES / elementSize);
    return Math.max(elements - (elements % BLOCKED_ELEMENTS), LEAST_BLOCK_ELEMENTS);
  }
  if (blockSize < 0 || blockSize % (BLOCKED_ELEMENTS * elementSize) !== 0) {
    throw new CorruptData(
      `has a block size of ${blockSize} bytes for ${elementSize}-byte elements`,
    );
  }
  return blockSize / elementSize;
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

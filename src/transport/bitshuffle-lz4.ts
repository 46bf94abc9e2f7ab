/** Bytes that are no bitshuffle-LZ4 data, or not of the announced size. */
export class CorruptData extends Error {
  override readonly name = 'CorruptData';
}

/** `int64` unpacked size, `int32` block size in bytes. */
const HEADER_SIZE = 12;

/** A block holds a multiple of this many elements; what is left of the last one is stored as it is. */
const BLOCKED_ELEMENTS = 8;

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
  packed: Buffer,
  elementSize: number,
  expected?: number,
  largest = 64 * 1024 * 1024,
): Buffer {
  if (packed.length < HEADER_SIZE) throw new CorruptData('is shorter than its 12-byte header');
  const size = Number(packed.readBigInt64BE(0));
  if (size < 0 || size > largest || size !== (expected ?? size) || size % elementSize !== 0) {
    throw new CorruptData(`unpacks to ${size} bytes, not ${expected ?? `0 to ${largest}`}`);
  }
  const elements = size / elementSize;
  const blocked = elements - (elements % BLOCKED_ELEMENTS);
  const blockElements = elementsPerBlock(packed.readInt32BE(8), elementSize);
  const unpacked = Buffer.alloc(size);
  let from = HEADER_SIZE;
  for (let done = 0; done < blocked; done += blockElements) {
    const count = Math.min(blockElements, blocked - done);
    if (from + 4 > packed.length) throw new CorruptData('ends within a block');
    const end = from + 4 + packed.readUInt32BE(from);
    if (end > packed.length) throw new CorruptData('ends within a block');
    const shuffled = Buffer.alloc(count * elementSize);
    unpackLz4(packed.subarray(from + 4, end), shuffled);
    unshuffle(shuffled, unpacked.subarray(done * elementSize), elementSize, count);
    from = end;
  }
  const rest = packed.subarray(from);
  if (rest.length !== size - blocked * elementSize) {
    throw new CorruptData(`has ${rest.length} bytes after its last block`);
  }
  rest.copy(unpacked, blocked * elementSize);
  return unpacked;
}

function elementsPerBlock(blockSize: number, elementSize: number): number {
  if (blockSize === 0) {
    // What bitshuffle takes by default: 8 KiB, and no fewer than 128 elements.
    return Math.max(BLOCKED_ELEMENTS * Math.floor(8192 / elementSize / BLOCKED_ELEMENTS), 128);
  }
  if (blockSize < 0 || blockSize % (BLOCKED_ELEMENTS * elementSize) !== 0) {
    throw new CorruptData(
      `has a block size of ${blockSize} bytes for ${elementSize}-byte elements`,
    );
  }
  return blockSize / elementSize;
}

// Bit k of byte j of all elements lie together, as row 8j + k.
function unshuffle(shuffled: Buffer, elements: Buffer, elementSize: number, count: number): void {
  const rowSize = count / 8;
  for (let j = 0; j < elementSize; j++) {
    for (let k = 0; k < 8; k++) {
      const row = (j * 8 + k) * rowSize;
      for (let i = 0; i < count; i++) {
        elements[i * elementSize + j] |= ((shuffled[row + (i >> 3)] >> (i & 7)) & 1) << k;
      }
    }
  }
}

/** Unpacks one LZ4 block (https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md), which must fill `out`. */
function unpackLz4(block: Buffer, out: Buffer): void {
  let from = 0;
  let to = 0;
  const byte = () => {
    if (from >= block.length) throw new CorruptData('ends within an LZ4 sequence');
    return block[from++];
  };
  const length = (nibble: number) => {
    let total = nibble;
    if (nibble === 15) {
      let more;
      do total += more = byte();
      while (more === 255);
    }
    return total;
  };
  for (;;) {
    const token = byte();
    const literals = length(token >> 4);
    if (from + literals > block.length || to + literals > out.length) {
      throw new CorruptData('has literals beyond the end of an LZ4 block');
    }
    block.copy(out, to, from, from + literals);
    from += literals;
    to += literals;
    if (from === block.length) break;
    const offset = byte() | (byte() << 8);
    const matched = length(token & 15) + 4;
    if (offset === 0 || offset > to || to + matched > out.length) {
      throw new CorruptData('has a match outside an LZ4 block');
    }
    // Byte by byte: a match may overlap what it makes.
    for (let i = 0; i < matched; i++, to++) out[to] = out[to - offset];
  }
  if (to !== out.length)
    throw new CorruptData(`has an LZ4 block of ${to} bytes, not ${out.length}`);
}

/** A block of bitshuffle: a multiple of eight elements of any size. */
const BLOCK_BYTES = 8192;
const BLOCKED_ELEMENTS = 8;
const HEADER_SIZE = 12;

/**
 * Elements as bitshuffle-LZ4 data that are not smaller than before: every block one run of literals.
 *
 * For values that came uncompressed and shall lie between compressed ones; see `PackedBlock.packed`
 * for the format.
 *
 * @param elementBytes size of an element, at most 8
 */
export function packLiterally(value: Uint8Array, elementBytes: number): Uint8Array {
  const blocked = value.length - (value.length % (BLOCKED_ELEMENTS * elementBytes));
  const blocks = Math.ceil(blocked / BLOCK_BYTES);
  const packed = Buffer.alloc(
    HEADER_SIZE + value.length + blocks * (4 + literalsHeader(BLOCK_BYTES).length),
  );
  packed.writeBigInt64BE(BigInt(value.length), 0);
  packed.writeInt32BE(BLOCK_BYTES, 8);
  let to = HEADER_SIZE;
  for (let from = 0; from < blocked; from += BLOCK_BYTES) {
    const block = value.subarray(from, Math.min(blocked, from + BLOCK_BYTES));
    const header = literalsHeader(block.length);
    to = packed.writeInt32BE(header.length + block.length, to);
    packed.set(header, to);
    to += header.length;
    shuffleBits(block, elementBytes, packed.subarray(to, to + block.length));
    to += block.length;
  }
  packed.set(value.subarray(blocked), to);
  return packed.subarray(0, to + value.length - blocked);
}

/** How an LZ4 block begins that is a run of literals: their number in four bits and more bytes. */
function literalsHeader(count: number): number[] {
  if (count < 15) return [count << 4];
  const more = count - 15;
  return [0xf0, ...Array.from({ length: Math.floor(more / 255) }, () => 255), more % 255];
}

/** Bit k of byte j of all elements together, as row 8j + k. */
function shuffleBits(block: Uint8Array, elementBytes: number, shuffled: Uint8Array): void {
  const row = block.length / elementBytes / 8;
  for (let j = 0; j < elementBytes; j++) {
    for (let group = 0; group < row; group++) {
      let from = 8 * group * elementBytes + j;
      let low = 0;
      let high = 0;
      for (let m = 0; m < 32; m += 8, from += elementBytes) low |= block[from] << m;
      for (let m = 0; m < 32; m += 8, from += elementBytes) high |= block[from] << m;
      // Transposes 8 × 8 bits (H. S. Warren, Hacker's Delight, 7-3), two words of four rows.
      let swap = (low ^ (low >>> 7)) & 0x00aa00aa;
      low ^= swap ^ (swap << 7);
      swap = (high ^ (high >>> 7)) & 0x00aa00aa;
      high ^= swap ^ (swap << 7);
      swap = (low ^ (low >>> 14)) & 0x0000cccc;
      low ^= swap ^ (swap << 14);
      swap = (high ^ (high >>> 14)) & 0x0000cccc;
      high ^= swap ^ (swap << 14);
      swap = (low ^ (high << 4)) & 0xf0f0f0f0;
      low ^= swap;
      high ^= swap >>> 4;
      let to = 8 * j * row + group;
      for (let m = 0; m < 32; m += 8, to += row) shuffled[to] = low >>> m;
      for (let m = 0; m < 32; m += 8, to += row) shuffled[to] = high >>> m;
    }
  }
}

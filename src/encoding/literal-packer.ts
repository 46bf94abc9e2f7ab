import { shuffleBits } from './bit-transpose.js';

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

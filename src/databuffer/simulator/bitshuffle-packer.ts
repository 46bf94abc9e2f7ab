import { shuffleBits } from '../../encoding/bit-transpose.js';
import { packedBound, packLz4 } from './pack-lz4.js';

/** Bytes of a block before it is packed, as bitshuffle takes by default. */
export const BITSHUFFLE_BLOCK_BYTES = 8192;
const BLOCKED_ELEMENTS = 8;

/** The 12 bytes before the blocks of a packed value of so many bytes. */
export function packedHeader(size: number): Buffer {
  const header = Buffer.alloc(12);
  header.writeBigInt64BE(BigInt(size));
  header.writeInt32BE(BITSHUFFLE_BLOCK_BYTES, 8);
  return header;
}

/** A value's bytes as bitshuffle with LZ4 has them, with the header that the data API puts before. */
export function packValue(value: Buffer, elementSize: number): Buffer {
  const blocked = value.length - (value.length % (BLOCKED_ELEMENTS * elementSize));
  const parts = [packedHeader(value.length)];
  for (let at = 0; at < blocked; at += BITSHUFFLE_BLOCK_BYTES) {
    parts.push(
      packBlock(value.subarray(at, Math.min(blocked, at + BITSHUFFLE_BLOCK_BYTES)), elementSize),
    );
  }
  return Buffer.concat([...parts, value.subarray(blocked)]);
}

/** One block, a multiple of eight elements: `int32 size | LZ4 block`, big endian. */
export function packBlock(block: Buffer, elementSize: number): Buffer {
  const shuffled = Buffer.allocUnsafe(block.length);
  shuffleBits(block, elementSize, shuffled);
  const packed = Buffer.allocUnsafe(4 + packedBound(block.length));
  const end = packLz4(shuffled, block.length, packed, 4);
  packed.writeInt32BE(end - 4);
  return Buffer.from(packed.subarray(0, end));
}

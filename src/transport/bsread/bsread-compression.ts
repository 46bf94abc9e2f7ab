import { unpackBitshuffleLz4 } from '../../encoding/bitshuffle-lz4.js';
import { unpackLz4 } from '../../encoding/lz4-block.js';

/** How values and the data header can be packed, as bsread names it. */
export const COMPRESSIONS = ['none', 'lz4', 'bitshuffle_lz4'] as const;

export type BsreadCompression = (typeof COMPRESSIONS)[number];

export function isCompression(name: unknown): name is BsreadCompression {
  return COMPRESSIONS.some((compression) => compression === name);
}

interface Sizes {
  /** Bytes of one element. */
  readonly elementSize: number;
  /** Unpacked size in bytes, if known. */
  readonly size?: number;
  /** Unpacked size in bytes that is allocated at most. */
  readonly largest?: number;
}

/** The bytes of a frame, unpacked. @throws CorruptData */
export function unpack(
  compression: BsreadCompression,
  frame: Buffer,
  { elementSize, size, largest }: Sizes,
): Buffer {
  switch (compression) {
    case 'none':
      return frame;
    case 'lz4':
      return unpackLz4(frame, size, largest);
    case 'bitshuffle_lz4':
      return unpackBitshuffleLz4(frame, elementSize, size, largest);
    default:
      return compression satisfies never;
  }
}

import { Injectable } from '@nestjs/common';
import { bytesPerElement, newNumericArray, type NumericType } from '../../encoding/element-type.js';
import { BITSHUFFLE_BLOCK_BYTES, packBlock, packedHeader, packValue } from './bitshuffle-packer.js';
import { ringKey, ringLength } from './ring.js';
import { RingCache } from './ring-cache.js';
import { elementAt } from './signals.js';
import type { SimulatedChannel } from './simulated-channel.js';

export interface NumericChannel extends SimulatedChannel {
  readonly type: NumericType;
}

/** The elements of a ring as bytes, little endian. */
export class ByteRing {
  /** Packed blocks of the ring; made with the first window that needs them. */
  private blocks: readonly Buffer[] | undefined;

  private constructor(
    private readonly bytes: Buffer,
    private readonly elementSize: number,
  ) {}

  static of(channel: NumericChannel): ByteRing {
    const array = newNumericArray(channel.type, ringLength(channel));
    for (let index = 0; index < array.length; index++) {
      // Bools are kept as 0 and 1; all others are of the array's own kind already.
      const element = elementAt(channel, index, 0);
      array[index] = (typeof element === 'boolean' ? Number(element) : element) as never;
    }
    return new ByteRing(Buffer.from(array.buffer), bytesPerElement(channel.type));
  }

  /** Of the packed blocks it is not known before; they are smaller than what they are made of. */
  get byteLength(): number {
    return 2 * this.bytes.length;
  }

  /** The bytes of `length` elements from `offset` on, in pieces. */
  *window(offset: number, length: number): Generator<Buffer> {
    const { bytes, elementSize } = this;
    for (let from = offset * elementSize, left = length * elementSize; left > 0; from = 0) {
      const to = Math.min(bytes.length, from + left);
      left -= to - from;
      yield bytes.subarray(from, to);
    }
  }

  /** The same as `window`, packed with bitshuffle-LZ4. */
  packedWindow(offset: number, length: number): readonly Buffer[] {
    const { bytes, elementSize } = this;
    const [from, size] = [offset * elementSize, length * elementSize];
    const ofBlocks = [from, size, bytes.length].every((n) => n % BITSHUFFLE_BLOCK_BYTES === 0);
    if (!ofBlocks) return [packValue(Buffer.concat([...this.window(offset, length)]), elementSize)];
    this.blocks ??= this.packAll();
    const { blocks } = this;
    const first = from / BITSHUFFLE_BLOCK_BYTES;
    return [
      packedHeader(size),
      ...Array.from(
        { length: size / BITSHUFFLE_BLOCK_BYTES },
        (_, i) => blocks[(first + i) % blocks.length],
      ),
    ];
  }

  private packAll(): Buffer[] {
    return Array.from({ length: this.bytes.length / BITSHUFFLE_BLOCK_BYTES }, (_, i) =>
      packBlock(
        this.bytes.subarray(i * BITSHUFFLE_BLOCK_BYTES, (i + 1) * BITSHUFFLE_BLOCK_BYTES),
        this.elementSize,
      ),
    );
  }
}

/** Rings of the latest queries. */
@Injectable()
export class ByteRings {
  private readonly cache = new RingCache<ByteRing>();

  of(channel: NumericChannel): ByteRing {
    return this.cache.get(ringKey(channel), () => ByteRing.of(channel));
  }
}

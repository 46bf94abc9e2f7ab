import { Injectable } from '@nestjs/common';
import { ringKey, ringLength } from '../ring.js';
import { RingCache } from '../ring-cache.js';
import { elementAt } from '../signals.js';
import type { SimulatedChannel } from '../simulated-channel.js';
import { writeElement } from './cbor-element.js';
import { CborWriter } from './cbor-writer.js';

/** The elements of a ring as CBOR, one behind the other. */
export class CborRing {
  /** `starts[i]` is where element i begins; one more entry says where the last one ends. */
  private constructor(
    private readonly bytes: Buffer,
    private readonly starts: Uint32Array,
  ) {}

  static of(channel: SimulatedChannel): CborRing {
    const length = ringLength(channel);
    const starts = new Uint32Array(length + 1);
    const writer = new CborWriter();
    for (let index = 0; index < length; index++) {
      writeElement(writer, elementAt(channel, index, 0), channel.type);
      starts[index + 1] = writer.length;
    }
    return new CborRing(writer.take(), starts);
  }

  get byteLength(): number {
    return this.bytes.length + this.starts.byteLength;
  }

  /** The bytes of `length` elements from `offset` on, in pieces. */
  *window(offset: number, length: number): Generator<Buffer> {
    const onRing = this.starts.length - 1;
    for (let from = offset, left = length; left > 0; from = 0) {
      const to = Math.min(onRing, from + left);
      left -= to - from;
      yield this.bytes.subarray(this.starts[from], this.starts[to]);
    }
  }
}

/** Rings of the latest replies. */
@Injectable()
export class CborRings {
  private readonly cache = new RingCache<CborRing>();

  of(channel: SimulatedChannel): CborRing {
    return this.cache.get(ringKey(channel), () => CborRing.of(channel));
  }
}

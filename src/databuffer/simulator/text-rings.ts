import { Injectable } from '@nestjs/common';
import { jsonText } from './json-text.js';
import { ringLength } from './ring.js';
import { type Scalar, elementAt } from './signals.js';
import type { SimulatedChannel } from './simulated-channel.js';

/** Text that is kept for the next query, at most; the ring in use comes on top. */
const BYTES_KEPT = 64 * 2 ** 20;

/** Characters that are encoded at once. */
const BLOCK_LENGTH = 2 ** 16;

/** The elements of a ring as JSON text, each followed by a comma. */
export class TextRing {
  /** `starts[i]` is where element i begins; one more entry says where the last one ends. */
  private constructor(
    private readonly text: Buffer,
    private readonly starts: Uint32Array,
  ) {}

  static of(channel: SimulatedChannel): TextRing {
    const length = ringLength(channel);
    const starts = new Uint32Array(length + 1);
    const ascii = channel.type !== 'string';
    const blocks: Buffer[] = [];
    // A picture has millions of elements, but only thousands of different ones.
    const texts = new Map<Scalar, string>();
    let block = '';
    for (let index = 0; index < length; index++) {
      const element = elementAt(channel, index, 0);
      let text = texts.get(element);
      if (text === undefined) {
        text = `${jsonText(element, channel.type, channel.spelling)},`;
        texts.set(element, text);
      }
      block += text;
      starts[index + 1] = starts[index] + (ascii ? text.length : Buffer.byteLength(text));
      if (block.length >= BLOCK_LENGTH || index === length - 1) {
        blocks.push(Buffer.from(block));
        block = '';
      }
    }
    return new TextRing(Buffer.concat(blocks), starts);
  }

  get byteLength(): number {
    return this.text.length + this.starts.byteLength;
  }

  /** The text of `length` elements from `offset` on, without the last comma, in pieces. */
  *window(offset: number, length: number): Generator<Buffer> {
    const onRing = this.starts.length - 1;
    for (let from = offset, left = length; left > 0; from = 0) {
      const to = Math.min(onRing, from + left);
      left -= to - from;
      yield this.text.subarray(this.starts[from], this.starts[to] - (left === 0 ? 1 : 0));
    }
  }
}

/** Rings of the latest queries. */
@Injectable()
export class TextRings {
  private readonly rings = new Map<string, TextRing>();

  of(channel: SimulatedChannel): TextRing {
    const picture = channel.signal === 'spot' ? channel.shape.join('x') : '';
    const key = `${channel.signal} ${channel.type} ${channel.spelling} ${picture}`;
    const ring = this.rings.get(key) ?? TextRing.of(channel);
    // Inserted anew, so that the one unused for longest comes first.
    this.rings.delete(key);
    this.rings.set(key, ring);
    this.shrink();
    return ring;
  }

  private shrink(): void {
    let bytes = 0;
    for (const ring of this.rings.values()) bytes += ring.byteLength;
    for (const [key, ring] of this.rings) {
      if (bytes <= BYTES_KEPT) return;
      this.rings.delete(key);
      bytes -= ring.byteLength;
    }
  }
}

import { Injectable } from '@nestjs/common';
import { jsonText } from './json-text.js';
import { ringKey, ringLength } from './ring.js';
import { RingCache } from './ring-cache.js';
import { type Scalar, elementAt } from './signals.js';
import type { SimulatedChannel } from './simulated-channel.js';

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
  private readonly cache = new RingCache<TextRing>();

  of(channel: SimulatedChannel): TextRing {
    return this.cache.get(`${ringKey(channel)} ${channel.spelling}`, () => TextRing.of(channel));
  }
}

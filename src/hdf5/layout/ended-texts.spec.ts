import { describe, expect, it } from 'vitest';
import { endTexts } from './ended-texts.js';

const ADDRESS = 4096;

describe('endTexts', () => {
  it.each([
    ['of all lengths', Array.from({ length: 200 }, (_, i) => (i * 37) % 130)],
    ['of one length', Array.from({ length: 500 }, () => 35)],
    ['all empty', [0, 0, 0]],
    ['long and short', [1000, 1, 63, 64, 65, 0, 3]],
    ['none', []],
  ])('puts a NUL behind each text: %s', (_case, lengths) => {
    const texts = lengths.map((length, i) => Buffer.alloc(length, `${i}-`));
    const joined = Buffer.concat(texts);
    const bytes = new Uint8Array(joined.length + texts.length + 10).fill(0xff);
    bytes.set(joined);
    const ends = new Uint32Array(lengths.length);
    for (const [i, length] of lengths.entries()) ends[i] = (ends[i - 1] ?? 0) + length;

    endTexts(bytes, ends, ADDRESS);

    const ended = Buffer.concat(texts.flatMap((text) => [text, Buffer.alloc(1)]));
    expect(Buffer.from(bytes).equals(Buffer.concat([ended, Buffer.alloc(10, 0xff)]))).toBe(true);
    let next = ADDRESS;
    const pointers = texts.map(({ length }) => {
      const pointer = next;
      next += length + 1;
      return pointer;
    });
    expect([...ends]).toEqual(pointers);
  });
});

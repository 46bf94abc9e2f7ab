import { isUtf8 } from 'node:buffer';
import { unpackBitshuffleLz4 } from '../../encoding/bitshuffle-lz4.js';
import type { TextValues } from '../../rows/row-block.js';
import { appendText } from '../blocks/append-text.js';
import type { StoredFault } from '../blocks/problem-tally.js';
import { TextBuffer } from '../blocks/text-buffer.js';
import type { Encoding } from './channel-description.js';
import { corruptValue } from './numeric-buffer.js';
import type { ValueBuffer } from './value-buffer.js';

const LONE_SURROGATE = /\p{Surrogate}/u;

/** Texts, one a value: UTF-8, or characters of UTF-16. A NUL ends a text. */
export class TextValueBuffer implements ValueBuffer {
  readonly values: TextValues;

  private readonly text: TextBuffer;

  /** @param mostBytes of text in a block */
  constructor(
    rows: number,
    private readonly mostBytes: number,
  ) {
    this.text = new TextBuffer(rows, 0);
    this.values = { type: 'string', text: this.text };
  }

  get full(): boolean {
    return this.text.length >= this.mostBytes;
  }

  put(
    row: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    encoding: Encoding,
  ): StoredFault | undefined {
    const value = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
    const fault = this.append(value, encoding);
    this.text.padTo(row + 1);
    return fault;
  }

  clear(): void {
    this.text.truncate(0);
  }

  private append(value: Buffer, encoding: Encoding): StoredFault | undefined {
    let text: Text;
    try {
      text = textOf(value, encoding);
    } catch (error) {
      return corruptValue(error);
    }
    return appendText(this.text, text.bytes, text.exact);
  }
}

interface Text {
  /** UTF-8. */
  readonly bytes: Buffer;
  /** Whether nothing had to be replaced. */
  readonly exact: boolean;
}

function textOf(value: Buffer, { packed, character, bigEndian }: Encoding): Text {
  const bytes = packed ? unpackBitshuffleLz4(value, character ? 2 : 1) : value;
  if (!character) {
    const exact = isUtf8(bytes);
    return { bytes: exact ? bytes : Buffer.from(bytes.toString()), exact };
  }
  // A copy: bytes are turned around in place.
  const units = Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2)));
  const characters = (bigEndian ? units.swap16() : units).toString('utf16le');
  const exact = units.length === bytes.length && !LONE_SURROGATE.test(characters);
  return { bytes: Buffer.from(characters), exact };
}

import { expect, it } from 'vitest';
import { Spool } from '../../rows/spool.js';
import { frame } from '../binary/frames.fixture.js';
import { BinaryReplyReader } from '../binary/reply-reader.js';
import { RecordingSink } from '../json/recording-sink.fixture.js';
import { ReplyReader } from '../json/reply-reader.js';
import { MEMORY } from '../json/tree.fixture.js';
import { StallGuard } from './stall-guard.js';

const refusal = expect.objectContaining({ code: 'malformed_reply', offset: 261 });

it('lets a reply go on for as long as rows or channels come', () => {
  const watch = new StallGuard(100);
  const readOn = () => {
    for (let n = 1; n <= 50; n++) watch.note(n, 0, 2 * n * 100);
    for (let n = 1; n <= 50; n++) watch.note(50, n, 10_000 + n * 200);
  };
  expect(readOn).not.toThrow();
});

it('refuses the first byte too many without one', () => {
  const watch = new StallGuard(100);
  watch.note(0, 1, 160);
  watch.note(0, 1, 260);
  expect(() => watch.note(0, 1, 261)).toThrowError(refusal);
  expect(() => new StallGuard().note(0, 0, 2 ** 31)).not.toThrow();
  expect(() => new StallGuard().note(0, 0, 2 ** 31 + 1)).toThrow('without a row');
});

const spool = new Spool('/nowhere', new Uint8Array(1024));
const expected = { channels: ['A'] };
const MIB = 1024 * 1024;

it.each([
  [
    'blanks',
    new ReplyReader({ expected, spool, memory: MEMORY }, new RecordingSink()),
    Buffer.alloc(MIB, ' '),
  ],
  [
    'frames that nobody knows',
    new BinaryReplyReader(expected, new RecordingSink()),
    frame(Buffer.alloc(MIB - 8, 7)),
  ],
])(
  'ends a reply of nothing but %s',
  (_what, reader, piece) => {
    for (let n = 0; n < 2048; n++) reader.push(piece);
    expect(() => reader.push(piece)).toThrow('bytes came without a row');
  },
  60_000,
);

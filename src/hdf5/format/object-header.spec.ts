import { expect, it } from 'vitest';
import { contiguousDataset, DATATYPE, objectHeader } from './header-messages.js';
import { findMessage, MESSAGE, ownMessages } from './object-header.js';
import type { ReadAt } from './read-bytes.js';

const ADDRESS = 100;
const HEADER = objectHeader(
  contiguousDataset({ datatype: DATATYPE.int64, shape: [3], bytes: Buffer.alloc(24) }, 4096),
);
const FILE = Buffer.concat([Buffer.alloc(ADDRESS), HEADER]);

/** Reads the file as one whose parts lie in two places: no further than to where they meet. */
function meetingAt(limit: number): ReadAt {
  return (bytes, at) =>
    FILE.copy(bytes, 0, at, Math.min(at < limit ? limit : FILE.length, at + bytes.length));
}

it('finds the messages of a header wherever reads of it end', () => {
  const whole = ownMessages(meetingAt(FILE.length), ADDRESS);
  expect(whole.map(({ type }) => type)).toEqual([
    MESSAGE.dataspace,
    MESSAGE.datatype,
    0x05,
    MESSAGE.layout,
  ]);
  for (let limit = ADDRESS + 1; limit < FILE.length; limit++) {
    expect(ownMessages(meetingAt(limit), ADDRESS)).toEqual(whole);
  }
});

it('finds none where the file ends within what begins a header', () => {
  const read: ReadAt = (bytes, at) =>
    FILE.copy(bytes, 0, at, Math.min(ADDRESS + 15, at + bytes.length));
  expect(ownMessages(read, ADDRESS)).toEqual([]);
  expect(() => findMessage(read, ADDRESS, MESSAGE.layout)).toThrow('no message');
});

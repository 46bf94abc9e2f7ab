import type { Message } from './header-messages.js';
import { fillFrom, readBytes, type ReadAt } from './read-bytes.js';

/** Kinds of messages in an object header. */
export const MESSAGE = {
  dataspace: 0x0001,
  datatype: 0x0003,
  layout: 0x0008,
  attribute: 0x000c,
  symbolTable: 0x0011,
} as const;

/** Message of a dataspace, version 1 (IV.A.2.b): where its lengths stand, and behind them the most. */
export const DATASPACE = { lengths: 8 } as const;

/** Message of a contiguous dataset's layout, version 3 (IV.A.2.i): how it begins, what stands where. */
export const LAYOUT = { begin: Uint8Array.of(3, 1), address: 2, size: 10 } as const;

/** One message: its data, and where they lie in the file. */
export interface HeaderMessage {
  readonly address: number;
  readonly data: Buffer;
}

const PREFIX_SIZE = 16;
/** Of a dataset's header, or more: it is read at once. */
const USUAL_SIZE = 512;
const MESSAGE_HEADER_SIZE = 8;
const NOTHING = 0x0000;
const CONTINUATION = 0x0010;
const SHARED = 0x02;

/** Where an object header says how many links lead to the object. */
export const LINK_COUNT_AT = 4;

/**
 * The first message of a kind in the object header at an address of a file.
 *
 * @throws Error when it is missing
 */
export function findMessage(read: ReadAt, address: number, type: number): HeaderMessage {
  for (const message of messagesAt(read, address)) {
    if (message.type === type && (message.flags & SHARED) === 0) return message;
  }
  throw new Error(`no message ${type} in the object header at ${address}`);
}

/** All messages of an object, those that lie elsewhere left out; their data is where it can be changed. */
export function ownMessages(read: ReadAt, address: number): (HeaderMessage & { type: number })[] {
  return [...messagesAt(read, address)].filter(({ flags }) => (flags & SHARED) === 0);
}

/** The messages of an object, as another header can have them. @throws Error when some lie elsewhere */
export function messagesOf(read: ReadAt, address: number): Message[] {
  const messages: Message[] = [];
  for (const { type, flags, data } of messagesAt(read, address)) {
    if ((flags & SHARED) !== 0) throw new Error(`a shared message in the header at ${address}`);
    if (type !== NOTHING && type !== CONTINUATION) messages.push({ type, flags, data });
  }
  if (messages.length === 0) throw new Error(`no object header at ${address}`);
  return messages;
}

/**
 * Knows object headers of version 1 (HDF5 File Format Specification 3.0, IV.A.1.a), the only ones
 * in files with the version bounds that `OpenFile` sets: a prefix of 16 bytes, whose bytes 8 to 11
 * are the size of what follows, then messages of 8 bytes header (type, size, flags) and data.
 * A continuation message tells where there are more. There is no checksum.
 */
function* messagesAt(
  read: ReadAt,
  address: number,
): Generator<HeaderMessage & { readonly type: number; readonly flags: number }> {
  const head = Buffer.alloc(USUAL_SIZE);
  const filled = fillFrom(read, head, address);
  if (filled < PREFIX_SIZE || head[0] !== 1) return;
  const blocks = [{ start: address + PREFIX_SIZE, size: head.readUInt32LE(8) }];
  for (const { start, size } of blocks) {
    const isThere = start === address + PREFIX_SIZE && PREFIX_SIZE + size <= filled;
    const block = isThere ? head.subarray(PREFIX_SIZE) : readBytes(read, start, size);
    for (let at = 0; at + MESSAGE_HEADER_SIZE <= size;) {
      const type = block.readUInt16LE(at);
      const flags = block[at + 4];
      const from = at + MESSAGE_HEADER_SIZE;
      const end = from + block.readUInt16LE(at + 2);
      const data = block.subarray(from, end);
      if (end <= size) yield { type, flags, address: start + from, data };
      if (type === CONTINUATION) blocks.push(continuationOf(data));
      at = end;
    }
  }
}

function continuationOf(data: Buffer): { start: number; size: number } {
  return {
    start: Number(data.readBigUInt64LE(0)),
    size: Number(data.readBigUInt64LE(8)),
  };
}

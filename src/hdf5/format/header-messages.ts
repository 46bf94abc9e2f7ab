/*
 * Messages of object headers as the HDF5 File Format Specification 3.0 has them in IV.A.2, in the
 * versions that HDF5 1.8 knows already, and object headers of version 1 (IV.A.1.a) made of them.
 */

/** One message of an object header. */
export interface Message {
  readonly type: number;
  readonly flags?: number;
  readonly data: Uint8Array;
}

/** An attribute's or a dataset's type and extent, and its elements. */
export interface Elements {
  /** A datatype message. */
  readonly datatype: Uint8Array;
  /** Lengths of the dimensions; none of a scalar. */
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

const TYPE = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  fillValue: 0x05,
  link: 0x06,
  layout: 0x08,
  groupInfo: 0x0a,
  attribute: 0x0c,
  symbolTable: 0x11,
} as const;

const PREFIX_SIZE = 16;
const MESSAGE_HEADER_SIZE = 8;
const ALIGNMENT = 8;
const UNDEFINED_ADDRESS = 0xffff_ffff_ffff_ffffn;

const UTF8 = 1;

/** Datatype messages: version 1, the class, then what the class needs. */
export const DATATYPE = {
  uint16: Uint8Array.of(0x10, 0, 0, 0, 2, 0, 0, 0, 0, 0, 16, 0),
  int32: Uint8Array.of(0x10, 0x08, 0, 0, 4, 0, 0, 0, 0, 0, 32, 0),
  int64: Uint8Array.of(0x10, 0x08, 0, 0, 8, 0, 0, 0, 0, 0, 64, 0),
  /** IEEE 754: 52 bits, 11 above these, biased by 1023. */
  float64: Uint8Array.of(
    ...[0x11, 0x20, 0x3f, 0, 8, 0, 0, 0],
    ...[0, 0, 64, 0, 52, 11, 0, 52, 0xff, 3, 0, 0],
  ),
  reference: Uint8Array.of(0x17, 0, 0, 0, 8, 0, 0, 0),
  /** UTF-8 of variable length, ended by a NUL where it is in memory. */
  text: Uint8Array.of(
    ...[0x19, 0x01, 1, 0, 16, 0, 0, 0],
    ...[0x10, 0, 0, 0, 1, 0, 0, 0, 0, 0, 8, 0],
  ),
  /** As many references as one likes. */
  references: Uint8Array.of(0x19, 0, 0, 0, 16, 0, 0, 0, 0x17, 0, 0, 0, 8, 0, 0, 0),
} as const;

function padded(bytes: Uint8Array): Buffer {
  const result = Buffer.alloc(roundedUp(bytes.length));
  result.set(bytes);
  return result;
}

/** @returns the size in whole units of eight bytes, as headers and file space are divided */
export function roundedUp(size: number): number {
  // Places in files are beyond the 32 bits of bitwise operators.
  return Math.ceil(size / ALIGNMENT) * ALIGNMENT;
}

/** A text of ASCII in a fixed number of bytes, ended by a NUL: HDF5's own attributes have to be such. */
export function fixedText(value: string): Elements {
  const bytes = Buffer.from(`${value}\0`, 'latin1');
  return { datatype: Uint8Array.of(0x13, 0, 0, 0, bytes.length, 0, 0, 0), shape: [], bytes };
}

/** A compound of the members, as large as `size` says. */
export function compoundType(
  size: number,
  members: readonly { name: string; offset: number; type: Uint8Array }[],
): Buffer {
  const head = Buffer.from([0x16, members.length, 0, 0, size, 0, 0, 0]);
  const parts = members.map(({ name, offset, type }) => {
    // Byte offset, then a dimensionality that nobody uses.
    const place = Buffer.alloc(32);
    place.writeUInt32LE(offset);
    return Buffer.concat([padded(Buffer.from(`${name}\0`)), place, type]);
  });
  return Buffer.concat([head, ...parts]);
}

/** Extent of a fixed size: version 1, without maximum. */
function dataspace(shape: readonly number[]): Buffer {
  const data = Buffer.alloc(8 + 8 * shape.length);
  data[0] = 1;
  data[1] = shape.length;
  for (const [i, length] of shape.entries()) data.writeBigUInt64LE(BigInt(length), 8 + 8 * i);
  return data;
}

function dataspaceMessage(shape: readonly number[]): Message {
  return { type: TYPE.dataspace, data: dataspace(shape) };
}

/** Where a contiguous dataset lies: version 3. */
export function contiguousMessage(address: number, size: number): Message {
  const data = Buffer.alloc(18);
  data.set([3, 1]);
  data.writeBigUInt64LE(BigInt(address), 2);
  data.writeBigUInt64LE(BigInt(size), 10);
  return { type: TYPE.layout, data };
}

/** The messages of a dataset whose elements lie in its header, less than 64 KiB. */
export function compactDataset(elements: Elements): Message[] {
  const { bytes } = elements;
  const data = Buffer.alloc(4 + bytes.length);
  data.set([3, 0]);
  data.writeUInt16LE(bytes.length, 2);
  data.set(bytes, 4);
  return dataset(elements, { type: TYPE.layout, data });
}

/** The messages of a dataset whose elements lie at an address. */
export function contiguousDataset(elements: Elements, address: number): Message[] {
  return placedDataset(elements, address, elements.bytes.length);
}

/** The same of elements that are there already. */
export function placedDataset(
  extent: Omit<Elements, 'bytes'>,
  address: number,
  size: number,
): Message[] {
  return dataset(extent, contiguousMessage(address, size));
}

function dataset({ datatype, shape }: Omit<Elements, 'bytes'>, layout: Message): Message[] {
  return [
    dataspaceMessage(shape),
    { type: TYPE.datatype, data: datatype },
    // Version 2: room is there from the start, written when set, no value of its own.
    { type: TYPE.fillValue, data: Uint8Array.of(2, 1, 2, 1, 0, 0, 0, 0) },
    layout,
  ];
}

/** Version 1; everything in it is padded to eight bytes. */
export function attributeMessage(name: string, { datatype, shape, bytes }: Elements): Message {
  const extent = dataspace(shape);
  const ended = Buffer.from(`${name}\0`);
  const head = Buffer.alloc(8);
  head[0] = 1;
  head.writeUInt16LE(ended.length, 2);
  head.writeUInt16LE(datatype.length, 4);
  head.writeUInt16LE(extent.length, 6);
  const data = Buffer.concat([head, padded(ended), padded(datatype), padded(extent), bytes]);
  return { type: TYPE.attribute, data };
}

/** A hard link to the object whose header lies at an address. */
export function linkMessage(name: string, address: number): Message {
  const encoded = Buffer.from(name);
  // Version 1, with a character set, the name's length in one byte.
  const data = Buffer.alloc(4 + encoded.length + 8);
  data.set([1, 0x10, UTF8, encoded.length]);
  data.set(encoded, 4);
  data.writeBigUInt64LE(BigInt(address), 4 + encoded.length);
  return { type: TYPE.link, data };
}

/** What a group has to have whose links lie in its header, as those of up to eight links do. */
export function linksInHeader(): Message[] {
  const info = Buffer.alloc(18);
  info.writeBigUInt64LE(UNDEFINED_ADDRESS, 2);
  info.writeBigUInt64LE(UNDEFINED_ADDRESS, 10);
  return [
    { type: TYPE.linkInfo, data: info },
    { type: TYPE.groupInfo, data: Uint8Array.of(0, 0) },
  ];
}

/** Where the links of a group lie that has many. */
export function symbolTableMessage(tree: number, heap: number): Message {
  const data = Buffer.alloc(16);
  data.writeBigUInt64LE(BigInt(tree), 0);
  data.writeBigUInt64LE(BigInt(heap), 8);
  return { type: TYPE.symbolTable, data };
}

/** Messages of a dataset with another extent and place; what it has beside them stays. */
export function movedDataset(
  messages: readonly Message[],
  shape: readonly number[],
  layout: Message,
): Message[] {
  return messages.map((message) => {
    if (message.type === TYPE.dataspace) return dataspaceMessage(shape);
    return message.type === TYPE.layout ? layout : message;
  });
}

/**
 * An object header of version 1 in one piece.
 *
 * @param links that lead to the object: readers and copies tell by it what is the same object
 * @returns bytes, a multiple of eight
 */
export function objectHeader(messages: readonly Message[], links = 1): Buffer {
  const header = Buffer.alloc(headerSize(messages));
  header[0] = 1;
  header.writeUInt16LE(messages.length, 2);
  header.writeUInt32LE(links, 4);
  header.writeUInt32LE(header.length - PREFIX_SIZE, 8);
  let at = PREFIX_SIZE;
  for (const { type, flags = 0, data } of messages) {
    const size = roundedUp(data.length);
    header.writeUInt16LE(type, at);
    header.writeUInt16LE(size, at + 2);
    header[at + 4] = flags;
    header.set(data, at + MESSAGE_HEADER_SIZE);
    at += MESSAGE_HEADER_SIZE + size;
  }
  return header;
}

/** Bytes of the object header that these messages make. */
export function headerSize(messages: readonly Message[]): number {
  return messages.reduce(
    (sum, { data }) => sum + MESSAGE_HEADER_SIZE + roundedUp(data.length),
    PREFIX_SIZE,
  );
}

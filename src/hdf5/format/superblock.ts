import { findMessage, MESSAGE } from './object-header.js';
import { readBytes, type ReadAt } from './read-bytes.js';
import { SIGNATURE } from './signature.js';

/*
 * Superblock of version 0 (HDF5 File Format Specification 3.0, II.A), and the links of the root group,
 * which are few.
 */

const END_OF_FILE = 40;
const ROOT_HEADER = 64;
const SIZE = 96;

const TREE_HEAD = 24;
const NODE_HEAD = 8;
const ENTRY = { size: 40, address: 8, cache: 16 } as const;

/** Where in a file stands how long it is. */
export const END_OF_FILE_AT = END_OF_FILE;

/** Bytes of the file, by its superblock. @throws Error when it is no file of ours */
export function endOfFile(read: ReadAt): number {
  return Number(superblock(read).readBigUInt64LE(END_OF_FILE));
}

/** An entry of the root group: where the object's address stands, and after it what HDF5 knows of it. */
export interface RootEntry {
  readonly addressAt: number;
  /** Bytes of the address and of what follows. */
  readonly size: number;
}

/**
 * The link of the root group that leads to an object.
 *
 * @param address of the object's header
 * @throws Error when there is none
 */
export function rootEntry(read: ReadAt, address: number): RootEntry {
  const root = Number(superblock(read).readBigUInt64LE(ROOT_HEADER));
  const { data } = findMessage(read, root, MESSAGE.symbolTable);
  for (const node of nodesBelow(read, Number(data.readBigUInt64LE(0)))) {
    const count = readBytes(read, node, NODE_HEAD).readUInt16LE(6);
    for (let i = 0; i < count; i++) {
      const at = node + NODE_HEAD + i * ENTRY.size;
      const entry = readBytes(read, at, ENTRY.size);
      if (Number(entry.readBigUInt64LE(ENTRY.address)) === address)
        return { addressAt: at + ENTRY.address, size: ENTRY.size - ENTRY.address };
    }
  }
  throw new Error(`no link of the root group leads to ${address}`);
}

function superblock(read: ReadAt): Buffer {
  const bytes = readBytes(read, 0, SIZE);
  if (!bytes.subarray(0, 8).equals(SIGNATURE) || bytes[8] !== 0)
    throw new Error('no superblock of version 0');
  return bytes;
}

function nodesBelow(read: ReadAt, tree: number): number[] {
  const head = readBytes(read, tree, TREE_HEAD);
  const count = head.readUInt16LE(6);
  const children = Array.from({ length: count }, (_, i) =>
    Number(readBytes(read, tree + TREE_HEAD + 8 + 16 * i, 8).readBigUInt64LE()),
  );
  return head[5] === 0 ? children : children.flatMap((child) => nodesBelow(read, child));
}

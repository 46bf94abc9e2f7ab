import { linkEntries } from './group-links.js';
import { readBytes, type ReadAt } from './read-bytes.js';
import { SIGNATURE } from './signature.js';

/*
 * Superblock of version 0 (HDF5 File Format Specification 3.0, II.A), and the links of the root group,
 * which are few.
 */

const END_OF_FILE = 40;
const ROOT_HEADER = 64;
const SIZE = 96;

const ENTRY = { size: 40, address: 8 } as const;

/** Where in a file HDF5 keeps the addresses of the two parts of the root group's symbol table. */
export const ROOT_TABLE_AT = 80;

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
  const entry = linkEntries(read, rootHeader(read)).find((each) => each.address === address);
  if (!entry) throw new Error(`no link of the root group leads to ${address}`);
  return { addressAt: entry.at + ENTRY.address, size: ENTRY.size - ENTRY.address };
}

/** Where the header of the root group lies. @throws Error when it is no file of ours */
export function rootHeader(read: ReadAt): number {
  return Number(superblock(read).readBigUInt64LE(ROOT_HEADER));
}

function superblock(read: ReadAt): Buffer {
  const bytes = readBytes(read, 0, SIZE);
  if (!bytes.subarray(0, 8).equals(SIGNATURE) || bytes[8] !== 0)
    throw new Error('no superblock of version 0');
  return bytes;
}

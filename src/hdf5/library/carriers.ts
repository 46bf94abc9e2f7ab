import { linksOf } from '../format/group-links.js';
import { symbolTableMessage } from '../format/header-messages.js';
import { findMessage, LAYOUT, MESSAGE } from '../format/object-header.js';
import { ROOT_TABLE_AT, rootEntry, rootHeader } from '../format/superblock.js';
import { type Link, makeSymbolTable } from '../format/symbol-table.js';
import type { FileTail } from './file-tail.js';

/** The group that has the carriers while HDF5 has the file open; too long to be a channel's name. */
export const CARRIERS = '.'.repeat(256);

/**
 * Replaces the links to what HDF5 made for carried bytes by those to the channels that have them.
 *
 * @param parent address of the header of the group that gets the channels; the carriers' group is in it
 * @param channels links to these
 * @param carried where the bytes of each carrier lie, in the order in which they were written
 * @throws Error when HDF5 has them somewhere else
 */
export function replaceCarriers(
  tail: FileTail,
  parent: number | undefined,
  channels: readonly Link[],
  carried: readonly { address: number; bytes: number }[],
): void {
  const { reader } = tail;
  const root = rootHeader(reader);
  const group = parent ?? root;
  const there = linksOf(reader, group);
  const carriers = there.find(({ name }) => name === CARRIERS)!;
  const byName = new Map(linksOf(reader, carriers.address).map((link) => [link.name, link]));
  for (const [i, { address, bytes }] of carried.entries()) {
    const header = byName.get(String(i))!.address;
    const { data } = findMessage(reader, header, MESSAGE.layout);
    const isThere =
      data.subarray(0, LAYOUT.begin.length).equals(LAYOUT.begin) &&
      Number(data.readBigUInt64LE(LAYOUT.address)) === address &&
      Number(data.readBigUInt64LE(LAYOUT.size)) === bytes;
    if (!isThere) throw new Error(`the bytes at ${address} are not those of a dataset`);
  }
  const links = [...there.filter((link) => link !== carriers), ...channels];
  const { bytes, tree, heap } = makeSymbolTable(links, tail.position);
  tail.append(bytes);
  const { data } = symbolTableMessage(tree, heap);
  tail.write(data, findMessage(reader, group, MESSAGE.symbolTable).address);
  if (group === root) {
    tail.write(data, ROOT_TABLE_AT);
    return;
  }
  // HDF5 keeps the same beside the link to the group.
  const { addressAt, size } = rootEntry(reader, group);
  const link = Buffer.alloc(size);
  link.writeBigUInt64LE(BigInt(group));
  tail.write(link, addressAt);
}

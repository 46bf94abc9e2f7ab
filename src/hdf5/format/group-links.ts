import { findMessage, MESSAGE } from './object-header.js';
import { readBytes, type ReadAt } from './read-bytes.js';
import type { Link } from './symbol-table.js';

/*
 * The links of a group as HDF5 writes them: a local heap with the names, and nodes of links below a
 * B-tree (HDF5 File Format Specification 3.0, III.A.1, III.B, III.D).
 */

const TREE_HEAD = 24;
const NODE_HEAD = 8;
const ENTRY = { size: 40, address: 8 } as const;
const HEAP = { head: 32, size: 8, data: 24 } as const;

/** A link as it lies in the file. */
export interface LinkEntry {
  /** Where it lies. */
  readonly at: number;
  /** Where in the heap its name begins. */
  readonly name: number;
  /** Of the object's header. */
  readonly address: number;
}

/** The links of a group, in the order of their names. @param group address of its header */
export function linksOf(read: ReadAt, group: number): Link[] {
  const { data } = findMessage(read, group, MESSAGE.symbolTable);
  const head = readBytes(read, numberAt(data, 8), HEAP.head);
  const names = readBytes(read, numberAt(head, HEAP.data), numberAt(head, HEAP.size));
  return linkEntries(read, group).map(({ name, address }) => ({
    name: names.toString('utf8', name, names.indexOf(0, name)),
    address,
  }));
}

/** The same without their names. */
export function linkEntries(read: ReadAt, group: number): LinkEntry[] {
  const { data } = findMessage(read, group, MESSAGE.symbolTable);
  return nodesBelow(read, numberAt(data, 0)).flatMap((node) => {
    const count = readBytes(read, node, NODE_HEAD).readUInt16LE(6);
    const entries = readBytes(read, node + NODE_HEAD, count * ENTRY.size);
    return Array.from({ length: count }, (_, i) => ({
      at: node + NODE_HEAD + i * ENTRY.size,
      name: numberAt(entries, i * ENTRY.size),
      address: numberAt(entries, i * ENTRY.size + ENTRY.address),
    }));
  });
}

function nodesBelow(read: ReadAt, tree: number): number[] {
  const head = readBytes(read, tree, TREE_HEAD);
  const count = head.readUInt16LE(6);
  const pairs = readBytes(read, tree + TREE_HEAD, 16 * count);
  const children = Array.from({ length: count }, (_, i) => numberAt(pairs, 16 * i + 8));
  return head[5] === 0 ? children : children.flatMap((child) => nodesBelow(read, child));
}

function numberAt(bytes: Buffer, at: number): number {
  return Number(bytes.readBigUInt64LE(at));
}

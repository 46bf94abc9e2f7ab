import { roundedUp } from './header-messages.js';

/*
 * The links of a group with many of them, as the HDF5 File Format Specification 3.0 has them: names in a
 * local heap (III.D), links in nodes of eight (III.B, III.C), and a B-tree of version 1 above these
 * (III.A.1). Sizes are those of a superblock of version 0 with HDF5's defaults.
 */

/** A hard link. */
export interface Link {
  readonly name: string;
  /** Of the object's header. */
  readonly address: number;
}

const ENTRIES = 8;
const ENTRY_SIZE = 40;
const NODE_HEAD = 8;
const NODE_SIZE = NODE_HEAD + ENTRIES * ENTRY_SIZE;

const CHILDREN = 32;
const TREE_HEAD = 24;
const TREE_SIZE = TREE_HEAD + CHILDREN * 16 + 8;

const HEAP_HEAD = 32;
/** An offset that means "no free space". */
const NO_FREE_SPACE = 1n;
const NOWHERE = 0xffff_ffff_ffff_ffffn;

/** A symbol table as it lies in the file. */
export interface SymbolTable {
  readonly bytes: Buffer;
  /** Addresses of its two parts. */
  readonly tree: number;
  readonly heap: number;
}

/** Something in a tree: where it lies, and where in the heap its last name begins. */
interface Child {
  readonly address: number;
  readonly lastName: number;
}

/**
 * The symbol table of some links, in any order.
 *
 * @param address where it is going to lie
 */
export function makeSymbolTable(links: readonly Link[], address: number): SymbolTable {
  const sorted = links
    .map((link) => ({ ...link, name: Buffer.from(`${link.name}\0`) }))
    .sort((a, b) => Buffer.compare(a.name, b.name));
  // The empty name comes first: keys of the tree are names, and the one below all is this.
  let heapSize = 8;
  const offsets = sorted.map(({ name }) => {
    const offset = heapSize;
    heapSize += roundedUp(name.length);
    return offset;
  });
  const heap = Buffer.alloc(HEAP_HEAD + heapSize);
  heap.write('HEAP', 0, 'latin1');
  heap.writeBigUInt64LE(BigInt(heapSize), 8);
  heap.writeBigUInt64LE(NO_FREE_SPACE, 16);
  heap.writeBigUInt64LE(BigInt(address + HEAP_HEAD), 24);
  for (const [i, { name }] of sorted.entries()) heap.set(name, HEAP_HEAD + offsets[i]);

  const parts: Buffer[] = [heap];
  let at = address + heap.length;
  const add = (bytes: Buffer, lastName: number): Child => {
    const child = { address: at, lastName };
    parts.push(bytes);
    at += bytes.length;
    return child;
  };

  let children: Child[] = [];
  for (let first = 0; first < sorted.length || first === 0; first += ENTRIES) {
    const entries = sorted.slice(first, first + ENTRIES);
    const node = Buffer.alloc(NODE_SIZE);
    node.write('SNOD\x01', 0, 'latin1');
    node.writeUInt16LE(entries.length, 6);
    for (const [i, entry] of entries.entries()) {
      node.writeBigUInt64LE(BigInt(offsets[first + i]), NODE_HEAD + i * ENTRY_SIZE);
      node.writeBigUInt64LE(BigInt(entry.address), NODE_HEAD + i * ENTRY_SIZE + 8);
    }
    children.push(add(node, offsets[first + entries.length - 1] ?? 0));
  }

  for (let level = 0; ; level++) {
    const groups = Array.from({ length: Math.ceil(children.length / CHILDREN) }, (_, i) =>
      children.slice(i * CHILDREN, (i + 1) * CHILDREN),
    );
    const above: Child[] = [];
    for (const [i, group] of groups.entries()) {
      const before = i === 0 ? 0 : above[i - 1].lastName;
      const node = treeNode(level, group, before);
      if (i > 0) node.writeBigUInt64LE(BigInt(above[i - 1].address), 8);
      if (i < groups.length - 1) node.writeBigUInt64LE(BigInt(at + TREE_SIZE), 16);
      above.push(add(node, group[group.length - 1].lastName));
    }
    if (above.length === 1) {
      return { bytes: Buffer.concat(parts), tree: above[0].address, heap: address };
    }
    children = above;
  }
}

/** A node of a tree, without siblings so far. @param before where the last name before it begins */
function treeNode(level: number, children: readonly Child[], before: number): Buffer {
  const node = Buffer.alloc(TREE_SIZE);
  node.write('TREE', 0, 'latin1');
  node[5] = level;
  node.writeUInt16LE(children.length, 6);
  node.writeBigUInt64LE(NOWHERE, 8);
  node.writeBigUInt64LE(NOWHERE, 16);
  node.writeBigUInt64LE(BigInt(before), TREE_HEAD);
  for (const [i, { address, lastName }] of children.entries()) {
    node.writeBigUInt64LE(BigInt(address), TREE_HEAD + 8 + 16 * i);
    node.writeBigUInt64LE(BigInt(lastName), TREE_HEAD + 16 + 16 * i);
  }
  return node;
}

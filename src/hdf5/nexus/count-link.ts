import { LINK_COUNT_AT } from '../format/object-header.js';
import { readBytes } from '../format/read-bytes.js';
import type { FileTail } from '../library/file-tail.js';

/**
 * Another link leads to an object: who removes one of them must not remove the object, and who copies the
 * file must not copy it twice.
 *
 * @param address of its header
 */
export function countLink(tail: FileTail, address: number): void {
  const at = address + LINK_COUNT_AT;
  const count = readBytes(tail.reader, at, 4);
  count.writeUInt32LE(count.readUInt32LE() + 1);
  tail.write(count, at);
}

const HASH_BITS = 12;
const SHORTEST_MATCH = 4;
/** The format wants the last bytes of a block as literals, and no match to begin in its last 12. */
const LAST_LITERALS = 5;
const LAST_MATCH = 12;
const FARTHEST = 0xffff;

/** Bytes that a block of `size` bytes takes up at most when nothing in it repeats. */
export function packedBound(size: number): number {
  return size + Math.floor(size / 255) + 16;
}

/**
 * Packs `size` bytes of `source` as one LZ4 block into `out`, greedily.
 *
 * @returns where the block ends in `out`
 */
export function packLz4(source: Buffer, size: number, out: Buffer, begin: number): number {
  const latest = new Int32Array(1 << HASH_BITS).fill(-FARTHEST - 1);
  let to = begin;
  let literals = 0;
  let at = 0;
  while (at < size - LAST_MATCH) {
    const word = source.readInt32LE(at);
    const hash = Math.imul(word, 0x9e3779b1) >>> (32 - HASH_BITS);
    const before = latest[hash];
    latest[hash] = at;
    if (at - before > FARTHEST || source.readInt32LE(before) !== word) {
      at++;
      continue;
    }
    let length = SHORTEST_MATCH;
    const most = size - LAST_LITERALS - at;
    while (length < most && source[before + length] === source[at + length]) length++;
    const matched = length - SHORTEST_MATCH;
    to = putLiterals(source, literals, at, Math.min(15, matched), out, to);
    to = out.writeUInt16LE(at - before, to);
    to = putLength(matched, out, to);
    at += length;
    literals = at;
  }
  return putLiterals(source, literals, size, 0, out, to);
}

function putLiterals(
  source: Buffer,
  from: number,
  end: number,
  matchNibble: number,
  out: Buffer,
  to: number,
): number {
  const count = end - from;
  out[to] = (Math.min(15, count) << 4) | matchNibble;
  const begin = putLength(count, out, to + 1);
  source.copy(out, begin, from, end);
  return begin + count;
}

/** The part of a length that does not fit its four bits. */
function putLength(length: number, out: Buffer, to: number): number {
  if (length < 15) return to;
  let left = length - 15;
  let at = to;
  for (; left >= 255; left -= 255) out[at++] = 255;
  out[at++] = left;
  return at;
}

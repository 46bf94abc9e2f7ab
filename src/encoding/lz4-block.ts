/** Bytes that are not the packed data that they are said to be, or not of the announced size. */
export class CorruptData extends Error {
  override readonly name = 'CorruptData';
}

/** Bytes that are allocated for a value at most, whatever it announces. */
export const MAX_UNPACKED = 64 * 1024 * 1024;
/** The `uint32` size before a block. */
const SIZE_BYTES = 4;
/** Bytes that a byte of a block can unpack to. */
const MAX_RATIO = 255;

/** From here on the engine's own calls copy faster than a loop. */
const LONG = 64;

/**
 * Unpacks a value as bsread sends it with `lz4`: its unpacked size as a little-endian `uint32`, then
 * one LZ4 block.
 *
 * @param expected unpacked size in bytes, where the caller knows it
 * @param largest unpacked size in bytes that is allocated at most, whatever the value announces
 * @throws CorruptData
 */
export function unpackLz4(packed: Uint8Array, expected?: number, largest = MAX_UNPACKED): Buffer {
  if (packed.length < SIZE_BYTES) throw new CorruptData('is shorter than its 4-byte size');
  const size = new DataView(packed.buffer, packed.byteOffset).getUint32(0, true);
  ensureUnpackedSize(size, expected, largest);
  if (size > MAX_RATIO * packed.length) {
    throw new CorruptData(`has ${packed.length} bytes, which can't unpack to ${size}`);
  }
  const unpacked = Buffer.alloc(size);
  // Some senders leave out the block that has nothing in it.
  if (size > 0 || packed.length > SIZE_BYTES) {
    unpackLz4Block(packed, SIZE_BYTES, packed.length, unpacked, size);
  }
  return unpacked;
}

/** @throws CorruptData unless an announced size is the expected one, or one that may be allocated */
export function ensureUnpackedSize(
  size: number,
  expected: number | undefined,
  largest: number,
): void {
  if (size >= 0 && size <= largest && size === (expected ?? size)) return;
  throw new CorruptData(`unpacks to ${size} bytes, not ${expected ?? `0 to ${largest}`}`);
}

/**
 * Unpacks one LZ4 block, `packed[from]` to before `packed[end]`, which must fill the first `size`
 * bytes of `out` (https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md).
 *
 * @throws CorruptData; nothing outside the two ranges is read or written
 */
export function unpackLz4Block(
  packed: Uint8Array,
  from: number,
  end: number,
  out: Uint8Array,
  size: number,
): void {
  let at = from;
  let to = 0;
  for (;;) {
    if (at >= end) throw new CorruptData('ends within an LZ4 sequence');
    const token = packed[at++];
    let literals = token >> 4;
    if (literals === 15) {
      const last = lengthEnd(packed, at, end);
      literals += 255 * (last - at) + packed[last];
      at = last + 1;
    }
    if (literals > end - at || literals > size - to) {
      throw new CorruptData('has literals beyond the end of an LZ4 block');
    }
    if (literals < LONG) {
      for (const stop = at + literals; at < stop;) out[to++] = packed[at++];
    } else {
      out.set(packed.subarray(at, at + literals), to);
      at += literals;
      to += literals;
    }
    if (at === end) break;
    if (end - at < 2) throw new CorruptData('ends within an LZ4 sequence');
    const offset = packed[at] | (packed[at + 1] << 8);
    at += 2;
    let matched = (token & 15) + 4;
    if (matched === 19) {
      const last = lengthEnd(packed, at, end);
      matched += 255 * (last - at) + packed[last];
      at = last + 1;
    }
    if (offset === 0 || offset > to || matched > size - to) {
      throw new CorruptData('has a match outside an LZ4 block');
    }
    repeat(out, to, offset, matched);
    to += matched;
  }
  if (to !== size) throw new CorruptData(`has an LZ4 block of ${to} bytes, not ${size}`);
}

/** Where the bytes of a length end that began with 15: at the first that is not 255. */
function lengthEnd(packed: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && packed[at] === 255) at++;
  if (at >= end) throw new CorruptData('ends within an LZ4 sequence');
  return at;
}

/** Appends `count` bytes that were `offset` bytes ago; they may overlap what they make. */
function repeat(out: Uint8Array, to: number, offset: number, count: number): void {
  if (count < LONG || (offset < count && offset > 1)) {
    for (let i = to, stop = to + count; i < stop; i++) out[i] = out[i - offset];
  } else if (offset === 1) {
    out.fill(out[to - 1], to, to + count);
  } else {
    out.copyWithin(to, to - offset, to - offset + count);
  }
}

/**
 * Does bitshuffle for one block: bit k of byte j of all elements together, as row 8j + k.
 *
 * @param block a multiple of eight elements
 * @param shuffled gets as many bytes
 */
export function shuffleBits(block: Uint8Array, elementSize: number, shuffled: Uint8Array): void {
  const row = block.length / elementSize / 8;
  for (let j = 0; j < elementSize; j++) {
    for (let group = 0; group < row; group++) {
      let from = 8 * group * elementSize + j;
      let low = 0;
      let high = 0;
      for (let m = 0; m < 32; m += 8, from += elementSize) low |= block[from] << m;
      for (let m = 0; m < 32; m += 8, from += elementSize) high |= block[from] << m;
      // Transposes 8 × 8 bits (H. S. Warren, Hacker's Delight, 7-3), two words of four rows.
      let swap = (low ^ (low >>> 7)) & 0x00aa00aa;
      low ^= swap ^ (swap << 7);
      swap = (high ^ (high >>> 7)) & 0x00aa00aa;
      high ^= swap ^ (swap << 7);
      swap = (low ^ (low >>> 14)) & 0x0000cccc;
      low ^= swap ^ (swap << 14);
      swap = (high ^ (high >>> 14)) & 0x0000cccc;
      high ^= swap ^ (swap << 14);
      swap = (low ^ (high << 4)) & 0xf0f0f0f0;
      low ^= swap;
      high ^= swap >>> 4;
      let to = 8 * j * row + group;
      for (let m = 0; m < 32; m += 8, to += row) shuffled[to] = low >>> m;
      for (let m = 0; m < 32; m += 8, to += row) shuffled[to] = high >>> m;
    }
  }
}

/**
 * Undoes bitshuffle of one block: bit k of byte j of all elements lie together in `shuffled`, as row
 * 8j + k of `count / 8` bytes.
 *
 * @param count of elements, a multiple of 8
 * @param out gets `count × elementSize` bytes from `at` on
 */
export function unshuffleBits(
  shuffled: Uint8Array,
  elementSize: number,
  count: number,
  out: Uint8Array,
  at: number,
): void {
  const row = count >> 3;
  for (let j = 0; j < elementSize; j++) {
    const first = 8 * j * row;
    for (let group = 0; group < row; group++) {
      let from = first + group;
      let low = shuffled[from] | (shuffled[(from += row)] << 8);
      low |= (shuffled[(from += row)] << 16) | (shuffled[(from += row)] << 24);
      let high = shuffled[(from += row)] | (shuffled[(from += row)] << 8);
      high |= (shuffled[(from += row)] << 16) | (shuffled[from + row] << 24);
      let to = at + 8 * group * elementSize + j;
      if ((low | high) === 0) {
        // Most bits of most pictures: the high ones, which are never used.
        for (let m = 0; m < 8; m++, to += elementSize) out[to] = 0;
        continue;
      }
      // Transposes 8 × 8 bits (H. S. Warren, Hacker's Delight, 7-3), two words of four rows.
      let swap = (low ^ (low >>> 7)) & 0x00aa00aa;
      low ^= swap ^ (swap << 7);
      swap = (high ^ (high >>> 7)) & 0x00aa00aa;
      high ^= swap ^ (swap << 7);
      swap = (low ^ (low >>> 14)) & 0x0000cccc;
      low ^= swap ^ (swap << 14);
      swap = (high ^ (high >>> 14)) & 0x0000cccc;
      high ^= swap ^ (swap << 14);
      swap = (low ^ (high << 4)) & 0xf0f0f0f0;
      low ^= swap;
      high ^= swap >>> 4;
      out[to] = low;
      out[(to += elementSize)] = low >>> 8;
      out[(to += elementSize)] = low >>> 16;
      out[(to += elementSize)] = low >>> 24;
      out[(to += elementSize)] = high;
      out[(to += elementSize)] = high >>> 8;
      out[(to += elementSize)] = high >>> 16;
      out[to + elementSize] = high >>> 24;
    }
  }
}

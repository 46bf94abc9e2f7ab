import { moveTextUp, viewed } from '../format/copy-text.js';

/**
 * Puts a NUL behind each of the texts that lie one after another from the beginning of `bytes`, as a
 * `char *` needs it. There has to be room for them.
 *
 * @param ends where each text ends; becomes where each begins, counted from `address` on
 */
export function endTexts(bytes: Uint8Array, ends: Uint32Array, address: number): void {
  const texts = viewed(bytes);
  // From the last one on, as each moves up over those behind it.
  for (let i = ends.length - 1; i >= 0; i--) {
    const start = i === 0 ? 0 : ends[i - 1];
    const end = ends[i];
    moveTextUp(texts, start, end, i);
    bytes[end + i] = 0;
    ends[i] = address + start + i;
  }
}

import type { Kernel } from './kernel.js';

const SECOND_BYTES = 19;
const FRACTION_DIGITS = 9;

/**
 * Tells the kernel the second of a date that was read, so that it knows the next ones in it.
 *
 * @param nanoseconds since the epoch, of the date
 */
export function teachSecond(
  kernel: Kernel,
  bytes: Uint8Array,
  start: number,
  end: number,
  nanoseconds: bigint,
): void {
  let p = start + SECOND_BYTES;
  let fraction = 0;
  if (bytes[p] === 0x2e) {
    const point = p++;
    for (; bytes[p] >= 0x30 && bytes[p] <= 0x39; p++) {
      if (p - point <= FRACTION_DIGITS) fraction = fraction * 10 + bytes[p] - 0x30;
    }
    fraction *= 10 ** Math.max(0, FRACTION_DIGITS - (p - point - 1));
  }
  kernel.setSecond(bytes, start, p, end, nanoseconds - BigInt(fraction));
}

import type { Kernel } from './kernel.js';

const MINUTE_BYTES = 17;
const SECOND_BYTES = 19;
const FRACTION_DIGITS = 9;
const MINUTE = 60_000_000_000n;
/** From here on a date in the same minute may be beyond int64. */
const NEARLY_TOO_FAR = 2n ** 63n - 2n * MINUTE;

/**
 * Tells the kernel the minute of a date that was read, so that it knows the next ones in it.
 *
 * @param nanoseconds since the epoch, of the date
 */
export function teachMinute(
  kernel: Kernel,
  bytes: Uint8Array,
  start: number,
  end: number,
  nanoseconds: bigint,
): void {
  if (nanoseconds > NEARLY_TOO_FAR || nanoseconds < -NEARLY_TOO_FAR) return;
  let seconds = 0;
  for (let p = start + MINUTE_BYTES; p < start + SECOND_BYTES; p++) {
    seconds = seconds * 10 + bytes[p] - 0x30;
  }
  let p = start + SECOND_BYTES;
  let fraction = 0;
  if (bytes[p] === 0x2e) {
    const point = p++;
    for (; bytes[p] >= 0x30 && bytes[p] <= 0x39; p++) {
      if (p - point <= FRACTION_DIGITS) fraction = fraction * 10 + bytes[p] - 0x30;
    }
    fraction *= 10 ** Math.max(0, FRACTION_DIGITS - (p - point - 1));
  }
  kernel.setMinute(bytes, start, p, end, nanoseconds - BigInt(seconds * 1e9 + fraction));
}

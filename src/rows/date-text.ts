import type { TextColumn } from './text-column.js';

const NS_PER_S = 1_000_000_000n;
/** `2018-06-08T14:04:51.` and `551143344` and `+02:00` */
export const SECOND_BYTES = 20;
const FRACTION_BYTES = 9;
/** Every such text has as many. */
export const DATE_BYTES = SECOND_BYTES + FRACTION_BYTES + '+02:00'.length;
const MS_PER_MINUTE = 60_000;

/**
 * Writes times as the data API's JSON has them: `2018-06-08T14:04:51.551143344+02:00`, in the
 * machine's time zone.
 *
 * All that lies beside the fraction is worked out once for all times of a second, and all beside the second
 * once for those of a minute.
 */
export class DateText {
  /** The text of the last time. */
  readonly bytes = Buffer.alloc(DATE_BYTES, '0');

  /** Words of the int64 at which the second began. */
  private low = 0;
  private high = NaN;
  /** Seconds between the minute's begin and this one. */
  private seconds = 0;

  /** @param low and @param high words of nanoseconds since the epoch, unsigned and signed */
  set(low: number, high: number): void {
    let nanoseconds = this.turnTo(low, high);
    const { bytes } = this;
    for (let i = SECOND_BYTES + FRACTION_BYTES - 1; i >= SECOND_BYTES; i--) {
      const rest = Math.floor(nanoseconds / 10);
      bytes[i] = 0x30 + nanoseconds - 10 * rest;
      nanoseconds = rest;
    }
  }

  /** As `set`, but for the text of the fraction. @returns nanoseconds within the second */
  turnTo(low: number, high: number): number {
    const nanoseconds = this.since(low, high);
    if (nanoseconds >= 0 && nanoseconds < 1e9) return nanoseconds;
    const seconds = Math.floor(nanoseconds / 1e9);
    const isSameMinute = this.seconds + seconds >= 0 && this.seconds + seconds < 60;
    if (isSameMinute) this.turnBy(seconds);
    else this.turnToMinute(low, high);
    return this.since(low, high);
  }

  /** Nanoseconds since the second of the last time began: exact where it is not long ago. */
  since(low: number, high: number): number {
    return (high - this.high) * 2 ** 32 + low - this.low;
  }

  private turnBy(seconds: number): void {
    const low = this.low + seconds * 1e9;
    const carry = Math.floor(low / 2 ** 32);
    this.low = low - carry * 2 ** 32;
    this.high += carry;
    this.seconds += seconds;
    const tens = Math.floor(this.seconds / 10);
    this.bytes[SECOND_BYTES - 3] = 0x30 + tens;
    this.bytes[SECOND_BYTES - 2] = 0x30 + this.seconds - 10 * tens;
  }

  private turnToMinute(low: number, high: number): void {
    const time = (BigInt(high) << 32n) | BigInt(low);
    const nanoseconds = ((time % NS_PER_S) + NS_PER_S) % NS_PER_S;
    const second = time - nanoseconds;
    this.low = Number(BigInt.asUintN(32, second));
    this.high = Number(second >> 32n);
    const ms = Number(second / 1_000_000n);
    const minutesEast = -new Date(ms).getTimezoneOffset();
    const local = new Date(ms + minutesEast * MS_PER_MINUTE);
    this.seconds = local.getUTCSeconds();
    this.bytes.write(local.toISOString(), 0, SECOND_BYTES, 'latin1');
    const minutes = Math.abs(minutesEast);
    const offset = [Math.floor(minutes / 60), minutes % 60].map((n) => String(n).padStart(2, '0'));
    const sign = minutesEast < 0 ? '-' : '+';
    this.bytes.write(sign + offset.join(':'), SECOND_BYTES + FRACTION_BYTES, 'latin1');
  }
}

/** The texts of a block's dates: where it has none, those of its timestamps. */
export function datesOf(block: {
  readonly rows: number;
  readonly timestamps: BigInt64Array;
  readonly globalDates: TextColumn | undefined;
}): TextColumn {
  return block.globalDates ?? datesOfTimes(block.timestamps.subarray(0, block.rows));
}

/** @param times nanoseconds since the epoch */
function datesOfTimes(times: BigInt64Array): TextColumn {
  const bytes = new Uint8Array(times.length * DATE_BYTES);
  const ends = new Uint32Array(times.length);
  const words = new Int32Array(times.buffer, times.byteOffset, 2 * times.length);
  const text = new DateText();
  for (let i = 0; i < times.length; i++) {
    text.set(words[2 * i] >>> 0, words[2 * i + 1]);
    bytes.set(text.bytes, i * DATE_BYTES);
    ends[i] = (i + 1) * DATE_BYTES;
  }
  return { bytes, ends };
}

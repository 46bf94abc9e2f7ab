const NS_PER_S = 1_000_000_000n;
/** `2018-06-08T14:04:51.` and `551143344` and `+02:00` */
const SECOND_BYTES = 20;
const FRACTION_BYTES = 9;
const MS_PER_MINUTE = 60_000;

/**
 * Writes times as the data API's JSON has them: `2018-06-08T14:04:51.551143344+02:00`, in the
 * machine's time zone.
 *
 * All that lies before the fraction is worked out once for all times of a second.
 */
export class DateText {
  /** The text of the last time. */
  readonly bytes = Buffer.alloc(SECOND_BYTES + FRACTION_BYTES + '+02:00'.length, '0');

  /** Words of the int64 at which the second began. */
  private low = 0;
  private high = NaN;

  /** @param low and @param high words of nanoseconds since the epoch, unsigned and signed */
  set(low: number, high: number): void {
    let nanoseconds = (high - this.high) * 2 ** 32 + low - this.low;
    if (!(nanoseconds >= 0 && nanoseconds < 1e9)) nanoseconds = this.turnTo(low, high);
    const { bytes } = this;
    for (let i = SECOND_BYTES + FRACTION_BYTES - 1; i >= SECOND_BYTES; i--) {
      const rest = Math.floor(nanoseconds / 10);
      bytes[i] = 0x30 + nanoseconds - 10 * rest;
      nanoseconds = rest;
    }
  }

  /** @returns nanoseconds within the second */
  private turnTo(low: number, high: number): number {
    const time = (BigInt(high) << 32n) | BigInt(low);
    const nanoseconds = ((time % NS_PER_S) + NS_PER_S) % NS_PER_S;
    const second = time - nanoseconds;
    this.low = Number(BigInt.asUintN(32, second));
    this.high = Number(second >> 32n);
    const ms = Number(second / 1_000_000n);
    const minutesEast = -new Date(ms).getTimezoneOffset();
    const local = new Date(ms + minutesEast * MS_PER_MINUTE).toISOString();
    this.bytes.write(local, 0, SECOND_BYTES, 'latin1');
    const minutes = Math.abs(minutesEast);
    const offset = [Math.floor(minutes / 60), minutes % 60].map((n) => String(n).padStart(2, '0'));
    const sign = minutesEast < 0 ? '-' : '+';
    this.bytes.write(sign + offset.join(':'), SECOND_BYTES + FRACTION_BYTES, 'latin1');
    return Number(nanoseconds);
  }
}

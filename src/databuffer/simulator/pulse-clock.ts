/**
 * When a pulse was: SwissFEL's machine rate is 100 Hz, so a pulse id stands for 10 ms, and
 * timestamps end in the pulse id modulo 10^6. Everything here is a function of the pulse id alone.
 */

/** Milliseconds since the epoch at pulse id 0: 2020-01-01T00:00:00Z. */
const MS_AT_PULSE_0 = Date.UTC(2020, 0, 1);
const MS_PER_PULSE = 10;
const NS_PER_MS = 1_000_000n;
const NS_PER_S = 1_000_000_000n;

/** SwissFEL's dates are local time with its offset from UTC. */
const SWISS_OFFSET = new Intl.DateTimeFormat('en', {
  timeZone: 'Europe/Zurich',
  timeZoneName: 'longOffset',
});

/** Pulse id of the machine at a moment, by default of now. */
export function pulseIdAt(msSinceEpoch: number = Date.now()): number {
  return Math.floor((msSinceEpoch - MS_AT_PULSE_0) / MS_PER_PULSE);
}

/** Last pulse of the year 9999, after which dates can't be written; channels end with it. */
export const LAST_PULSE_ID = pulseIdAt(Date.UTC(9999, 11, 31, 22));

/** Nanoseconds since the epoch of a pulse. */
export function timestampOf(pulseId: number): bigint {
  const ms = BigInt(MS_AT_PULSE_0) + BigInt(pulseId) * BigInt(MS_PER_PULSE);
  return ms * NS_PER_MS + BigInt(pulseId % 1_000_000);
}

/** First pulse at or after a moment, in nanoseconds since the epoch. */
export function firstPulseFrom(timestamp: bigint): number {
  const guess = Math.max(0, pulseIdAt(Number(timestamp / NS_PER_MS)));
  return timestampOf(guess) >= timestamp ? guess : guess + 1;
}

/** Last pulse at or before a moment, in nanoseconds since the epoch; -1 if that lies before pulse 0. */
export function lastPulseUntil(timestamp: bigint): number {
  const guess = pulseIdAt(Number(timestamp / NS_PER_MS));
  if (guess < 0) return -1;
  return timestampOf(guess) <= timestamp ? guess : guess - 1;
}

/** Seconds since the epoch as decimal text with nine decimals, as the data API's `globalSeconds`. */
export function globalSecondsOf(pulseId: number): string {
  const timestamp = timestampOf(pulseId);
  return `${timestamp / NS_PER_S}.${String(timestamp % NS_PER_S).padStart(9, '0')}`;
}

/** Milliseconds since the epoch of a pulse, cut, not rounded. */
export function globalMillisOf(pulseId: number): number {
  return MS_AT_PULSE_0 + pulseId * MS_PER_PULSE;
}

/** Dates of pulses, such as `2021-10-25T04:17:13.441143344+02:00`. */
export class GlobalDates {
  private second = Number.NaN;
  private beforeFraction = '';
  private offset = '';

  /** Consecutive pulses share the work on their second: asked in order it costs next to nothing. */
  of(pulseId: number): string {
    const ms = MS_AT_PULSE_0 + pulseId * MS_PER_PULSE;
    const second = Math.floor(ms / 1000);
    if (second !== this.second) this.turnTo(second);
    // "1" in front keeps the leading zeros of the nine decimals.
    const decimals = 1_000_000_000 + (ms - second * 1000) * 1_000_000 + (pulseId % 1_000_000);
    return this.beforeFraction + String(decimals).slice(1) + this.offset;
  }

  private turnTo(second: number): void {
    const zone = SWISS_OFFSET.formatToParts(second * 1000).find(
      ({ type }) => type === 'timeZoneName',
    );
    const offset = (zone?.value ?? '').replace('GMT', '');
    const [hours, minutes] = offset.split(':').map(Number);
    const local = new Date((second + hours * 3600 + minutes * 60) * 1000);
    this.second = second;
    this.offset = offset;
    this.beforeFraction = `${local.toISOString().slice(0, 19)}.`;
  }
}

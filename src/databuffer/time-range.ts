import { UnusableRange } from './errors.js';
import { DateParser } from './blocks/date-parser.js';

const NS_PER_S = 1_000_000_000n;
const SECONDS = /^\s*(-?)(\d{1,10})(?:\.(\d+))?\s*$/;

/** Times in nanoseconds since the epoch. */
export interface TimeRange {
  readonly start: bigint;
  readonly end: bigint;
}

/** The times of a range by dates or seconds. @throws UnusableRange */
export function timeRangeOf(range: unknown): TimeRange {
  const { startDate, endDate, startSeconds, endSeconds } = (range ?? {}) as Record<string, unknown>;
  const [start, end] =
    startDate === undefined
      ? [nanosecondsOf(startSeconds), nanosecondsOf(endSeconds)]
      : [timeOf(startDate), timeOf(endDate)];
  if (start === undefined || end === undefined || end < start) throw new UnusableRange(range);
  return { start, end };
}

/** Decimal seconds as nanoseconds; undefined if the text is not a decimal number. */
export function nanosecondsOf(seconds: unknown): bigint | undefined {
  const text = typeof seconds === 'number' ? seconds.toFixed(9) : seconds;
  const match = typeof text === 'string' ? SECONDS.exec(text) : null;
  if (match === null) return undefined;
  const [, sign, whole, fraction = ''] = match;
  const time = BigInt(whole) * NS_PER_S + BigInt(fraction.slice(0, 9).padEnd(9, '0'));
  return sign === '' ? time : -time;
}

/** A time as UTC: `2018-06-08T12:04:51.551143344Z`. */
export function isoTime(time: bigint): string {
  const fraction = ((time % NS_PER_S) + NS_PER_S) % NS_PER_S;
  const second = new Date(Number((time - fraction) / 1_000_000n)).toISOString().slice(0, 19);
  return `${second}.${String(fraction).padStart(9, '0')}Z`;
}

/** Dates exact to the nanosecond; others as far as JavaScript understands them. */
function timeOf(date: unknown): bigint | undefined {
  if (typeof date !== 'string') return undefined;
  const parser = new DateParser();
  const bytes = Buffer.from(date);
  if (parser.parse(bytes, 0, bytes.length)) return parser.nanoseconds;
  const ms = Date.parse(date);
  return Number.isNaN(ms) ? undefined : BigInt(ms) * 1_000_000n;
}

import type { FieldProblem } from '../../request/errors.js';
import type { PulseRange } from '../../request/pulse-range.js';
import { firstPulseFrom, lastPulseUntil } from './pulse-clock.js';

const NS_PER_S = 1_000_000_000n;

/**
 * The pulses of a `range`: by pulse ids, dates or seconds, both ends included.
 *
 * Pulse ids win if it has several; what is wrong is added to `problems`.
 */
export function parseRange(range: unknown, problems: FieldProblem[]): PulseRange {
  const fields = typeof range === 'object' && range !== null ? { ...range } : {};
  const ends: PulseRange = { startPulseId: 0, endPulseId: -1 };
  const form = FORMS.find(({ names }) => names.some((name) => name in fields));
  if (!form) {
    const choices = FORMS.map(({ names }) => names.join(' and ')).join(', or ');
    problems.push({ field: 'range', problem: `must have ${choices}` });
    return ends;
  }
  const [start, end] = form.names.map((name) => {
    const value = form.parse((fields as Record<string, unknown>)[name]);
    if (value === undefined) {
      problems.push({ field: `range.${name}`, problem: `must be ${form.expected}` });
    }
    return value;
  });
  if (start === undefined || end === undefined) return ends;
  if (end < start) {
    problems.push({ field: `range.${form.names[1]}`, problem: `lies before ${form.names[0]}` });
  }
  return typeof start === 'number'
    ? { startPulseId: start, endPulseId: Number(end) }
    : { startPulseId: firstPulseFrom(start), endPulseId: lastPulseUntil(BigInt(end)) };
}

interface RangeForm {
  readonly names: readonly [string, string];
  readonly expected: string;
  /** Pulse id as a number, or nanoseconds since the epoch. */
  readonly parse: (value: unknown) => number | bigint | undefined;
}

const FORMS: readonly RangeForm[] = [
  {
    names: ['startPulseId', 'endPulseId'],
    expected: 'an integer from 0 to 2^53',
    parse: parsePulseId,
  },
  {
    names: ['startDate', 'endDate'],
    expected: 'an ISO date with an offset, such as 2021-10-25T04:17:13.441143344+02:00',
    parse: parseDate,
  },
  {
    names: ['startSeconds', 'endSeconds'],
    expected: 'seconds since the epoch as decimal text, such as "1635128233.441143344"',
    parse: parseSeconds,
  },
];

function parsePulseId(value: unknown): number | undefined {
  const id = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  const inRange = Number.isInteger(id) && Number(id) >= 0 && Number(id) <= 2 ** 53;
  return inRange ? Number(id) : undefined;
}

function parseDate(value: unknown): bigint | undefined {
  const match =
    typeof value === 'string' &&
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)$/.exec(value);
  if (!match) return undefined;
  const ms = Date.parse(match[1] + match[3]);
  return Number.isNaN(ms) ? undefined : BigInt(ms) * 1_000_000n + decimalsInNs(match[2]);
}

function parseSeconds(value: unknown): bigint | undefined {
  const match = /^(\d{1,12})(?:\.(\d{1,9}))?$/.exec(typeof value === 'string' ? value : '');
  return match ? BigInt(match[1]) * NS_PER_S + decimalsInNs(match[2]) : undefined;
}

function decimalsInNs(decimals = ''): bigint {
  return BigInt(decimals.padEnd(9, '0'));
}

import type { BodyFields } from './body-fields.js';
import { firstPulseFrom, lastPulseUntil } from './pulse-clock.js';
import type { AskedRange } from './query.js';

const NS_PER_S = 1_000_000_000n;
const NOTHING = { startPulseId: 0, endPulseId: -1, startExpansion: false, endExpansion: false };

/** The pulses of a body's `range`: by pulse ids, dates or seconds. */
export function parseRange(body: BodyFields): AskedRange {
  const range = body.object('range');
  const given = FORMS.filter(({ names }) => names.some((name) => range.has(name)));
  range.allow(
    ...FORMS.flatMap(({ names }) => names),
    ...['type', 'startInclusive', 'endInclusive', 'startExpansion', 'endExpansion'],
  );
  const inclusive = [range.flag('startInclusive', true), range.flag('endInclusive', true)];
  const startExpansion = range.flag('startExpansion', false);
  const endExpansion = range.flag('endExpansion', false);
  const [form] = given;
  if (form === undefined || given.length > 1) {
    const choices = FORMS.map(({ names }) => names.join(' and ')).join(', or ');
    body.refuse('range', `must have ${choices}`);
    return NOTHING;
  }
  range.choice('type', [form.type], form.type);
  const [start, end] = form.names.map((name) => {
    const value = form.parse(range.get(name));
    if (value === undefined) range.refuse(name, `must be ${form.expected}`);
    return value;
  });
  if (start === undefined || end === undefined) return NOTHING;
  if (end < start) range.refuse(form.names[1], `lies before ${form.names[0]}`);
  const [from, to] = [inclusive[0] ? start : start + 1n, inclusive[1] ? end : end - 1n];
  const pulses =
    form.type === 'pulseId'
      ? { startPulseId: Number(from), endPulseId: Number(to) }
      : { startPulseId: firstPulseFrom(from), endPulseId: lastPulseUntil(to) };
  return { ...pulses, startExpansion, endExpansion };
}

interface RangeForm {
  /** Its name in the binary protocol. */
  readonly type: 'pulseId' | 'date' | 'seconds';
  readonly names: readonly [string, string];
  readonly expected: string;
  /** Pulse id, or nanoseconds since the epoch. */
  readonly parse: (value: unknown) => bigint | undefined;
}

const FORMS: readonly RangeForm[] = [
  {
    type: 'pulseId',
    names: ['startPulseId', 'endPulseId'],
    expected: 'an integer from 0 to 2^53',
    parse: parsePulseId,
  },
  {
    type: 'date',
    names: ['startDate', 'endDate'],
    expected: 'an ISO date, such as 2021-10-25T04:17:13.441143344+02:00',
    parse: parseDate,
  },
  {
    type: 'seconds',
    names: ['startSeconds', 'endSeconds'],
    expected: 'seconds since the epoch, such as 1635128233.441143344, as a number or as text',
    parse: parseSeconds,
  },
];

function parsePulseId(value: unknown): bigint | undefined {
  const id = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  const inRange = Number.isInteger(id) && Number(id) >= 0 && Number(id) <= 2 ** 53;
  return inRange ? BigInt(id as number) : undefined;
}

/** Without an offset it is in the zone of this process. */
function parseDate(value: unknown): bigint | undefined {
  const match =
    typeof value === 'string' &&
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)?$/.exec(value);
  if (!match) return undefined;
  const [, second, decimals, offset = ''] = match;
  const ms = Date.parse(second + offset);
  return Number.isNaN(ms) ? undefined : BigInt(ms) * 1_000_000n + decimalsInNs(decimals);
}

function parseSeconds(value: unknown): bigint | undefined {
  const text = typeof value === 'number' ? decimalText(value) : value;
  const match = /^(\d{1,12})(?:\.(\d{1,20}))?$/.exec(typeof text === 'string' ? text : '');
  return match ? BigInt(match[1]) * NS_PER_S + decimalsInNs(match[2]) : undefined;
}

/** As it was written, as far as a double keeps that. */
function decimalText(value: number): string {
  const text = String(value);
  return text.includes('e') ? value.toFixed(9) : text;
}

function decimalsInNs(decimals = ''): bigint {
  return BigInt(decimals.slice(0, 9).padEnd(9, '0'));
}

import { InvalidParameter } from './errors.js';
import { parseHumanTime } from './human-time.js';
import { parseMoment } from './moments.js';
import { Parameters } from './parameters.js';

const USUAL_TIMEOUT_MS = 3000;
const MIN_TIMEOUT_MS = 1;
const USUAL_EVENTS = 80_000;
const LARGE_EVENTS = 500_000;
const MAX_EVENTS = 4_000_000;
const MIB = 2 ** 20;

/** What `GET /api/4/events` asks for of a channel. */
export interface EventsQuery {
  /** Nanoseconds since the epoch, inclusive. */
  readonly begin: bigint;
  /** Exclusive. */
  readonly end: bigint;
  /** Whether the last point before the range comes first. */
  readonly oneBeforeRange: boolean;
  /** Without data for so long, a framed reply has a keepalive. */
  readonly contentTimeoutMs: number;
  /** Limits of a JSON reply that is not framed. */
  readonly eventsMax: number;
  readonly bytesMax: number;
}

/**
 * Parameters that change how a server works, not what it answers, are passed over, and so are unknown ones.
 *
 * @param nowMs ms since the epoch, for dates relative to it
 * @throws InvalidParameter
 */
export function parseEventsQuery(
  given: Readonly<Record<string, unknown>>,
  nowMs: number,
): EventsQuery {
  const parameters = new Parameters(given);
  const seriesKind = parameters.text('seriesKind') ?? 'channelData';
  if (seriesKind !== 'channelData') {
    throw new InvalidParameter('seriesKind', 'can only be channelData here');
  }
  const isLarge = parameters.flag('allowLargeResult');
  const begin = momentOf(parameters, 'beg', nowMs);
  return {
    begin: parameters.flag('begExcl') ? begin + 1n : begin,
    end: momentOf(parameters, 'end', nowMs),
    oneBeforeRange: parameters.flag('oneBeforeRange'),
    contentTimeoutMs: timeoutOf(parameters),
    eventsMax: parameters.count('eventsMax', isLarge ? LARGE_EVENTS : USUAL_EVENTS, MAX_EVENTS),
    bytesMax: parameters.count('bytesMax', (isLarge ? 80 : 8) * MIB, 400 * MIB),
  };
}

function momentOf(parameters: Parameters, which: 'beg' | 'end', nowMs: number): bigint {
  const ns = parameters.text(`${which}Ns`);
  if (ns !== undefined) {
    if (/^\d{1,19}$/.test(ns)) return BigInt(ns);
    throw new InvalidParameter(`${which}Ns`, 'must be nanoseconds since 1970');
  }
  const moment = parseMoment(parameters.needed(`${which}Date`), nowMs);
  if (moment !== undefined) return moment;
  throw new InvalidParameter(`${which}Date`, 'must be a date of RFC 3339');
}

/** A bare number is passed over, as any server does. */
function timeoutOf(parameters: Parameters): number {
  const ms = parseHumanTime(parameters.text('contentTimeout') ?? '') ?? USUAL_TIMEOUT_MS;
  return Math.max(MIN_TIMEOUT_MS, ms);
}

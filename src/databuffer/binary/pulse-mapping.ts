import type { PulseRange } from '../../request/pulse-range.js';
import type { Download } from '../http/download.js';
import { endpointOf } from '../http/endpoint.js';
import { HttpFailure, UnmappedPulses, failedAt } from '../errors.js';
import { fetchSmallJson } from '../http/small-reply.js';
import { nanosecondsOf, type TimeRange } from '../time-range.js';

/**
 * Half the time between two pulses. Sources stamp the same pulse not quite alike, and servers
 * differ in whether a range includes its end.
 */
const MARGIN_NS = 5_000_000n;

/**
 * Asks when pulses were. The range is wider by half a pulse at both ends.
 *
 * @param apis data APIs, one of which knows; the next is asked when one has no such call
 * @throws UnmappedPulses; see also `download`
 */
export async function mapPulses(
  apis: readonly string[],
  range: PulseRange,
  options: Pick<Download, 'limits' | 'signal' | 'connections'>,
): Promise<TimeRange> {
  const body = JSON.stringify({ range });
  const [api, ...others] = apis;
  const url = endpointOf(api, '/query/mapping');
  let reply: unknown;
  try {
    reply = await fetchSmallJson({ ...options, url, body });
  } catch (error) {
    const unknownCall = error instanceof HttpFailure && !error.transient;
    if (unknownCall && others.length > 0) return mapPulses(others, range, options);
    throw failedAt(api, error);
  }
  const { start, end } = (Array.isArray(reply) ? (reply[0] ?? {}) : {}) as Mapping;
  const [from, to] = [nanosecondsOf(start?.globalSeconds), nanosecondsOf(end?.globalSeconds)];
  if (from === undefined || to === undefined || to < from) {
    throw failedAt(api, new UnmappedPulses(url, range));
  }
  return { start: from - MARGIN_NS, end: to + MARGIN_NS };
}

/**
 * The same of a range that ends where the pulse behind it begins: that one lies half a pulse beyond.
 */
export function withMargin({ start, end }: TimeRange): TimeRange {
  return { start: start - MARGIN_NS, end: end - MARGIN_NS };
}

interface Mapping {
  readonly start?: { readonly globalSeconds?: unknown } | null;
  readonly end?: { readonly globalSeconds?: unknown } | null;
}

import type { Channel } from '../../../request/channel.js';
import { endpointOf } from '../../http/endpoint.js';
import { isoTime, type TimeRange } from '../../time-range.js';

/** What comes back of a question for events, as it is asked for. */
export const FRAMED_CBOR = 'application/cbor-framed';

/** The URL of a question for a channel's events. @param api base of the data API */
export function eventQuery(
  api: string,
  { name, backend }: Channel,
  { start, end }: TimeRange,
): string {
  const asked = {
    backend,
    channelName: name,
    begDate: isoTime(start),
    endDate: isoTime(end),
  };
  return endpointOf(api, '/events', new URLSearchParams(asked).toString());
}

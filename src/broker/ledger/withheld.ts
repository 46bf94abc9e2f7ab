import type { RecordedRequest } from './recorded-request.js';

/** Why a request is withheld: the trail's outcomes are lost, so it is unknown whether it was written. */
export const OUTCOMES_LOST = 'outcomes_lost';

/** So many can have been open; more are most likely the whole past. */
const MAX_SENT = 100;
/** Older ones, in seconds, are most likely done, and their data may be gone. */
export const YOUNG_S = 24 * 3600;

/**
 * The requests that are not to be sent by themselves where a trail has lost its outcomes. Those that were
 * only to be recorded are not among them.
 *
 * @param now seconds since the epoch
 */
export function withheldOf(
  requests: readonly RecordedRequest[],
  now: number,
): ReadonlySet<RecordedRequest> {
  const toSend = requests.filter(({ facts }) => facts.dispatch);
  const isWithheld =
    toSend.length > MAX_SENT
      ? () => true
      : ({ facts }: RecordedRequest) => facts.accepted < now - YOUNG_S;
  return new Set(toSend.filter(isWithheld));
}

import { BACKENDS } from '../channel-lists.js';
import { timestampOf } from '../pulse-clock.js';
import { InvalidParameter, NotFoundHere } from './errors.js';

const NS_PER_MS = 1_000_000n;

/**
 * Nanoseconds since the epoch of a pulse; undefined of one that is not there yet.
 *
 * @throws InvalidParameter, NotFoundHere
 */
export function timeOfPulse(pulse: string, backend: string | undefined): bigint | undefined {
  if (backend !== undefined && !(BACKENDS as readonly string[]).includes(backend)) {
    throw new NotFoundHere(`backend ${JSON.stringify(backend)} is not known`);
  }
  if (!/^\d{1,20}$/.test(pulse)) throw new InvalidParameter('pulse', 'must be an unsigned integer');
  // None comes that needs more than 53 bits.
  const time = timestampOf(Math.min(Number(pulse), Number.MAX_SAFE_INTEGER));
  return time <= BigInt(Date.now()) * NS_PER_MS ? time : undefined;
}

import { UnsupportedAccept } from './errors.js';

export type EventsFormat = 'cbor-framed' | 'json-framed' | 'json';

/** The format that an `Accept` header asks for, JSON where there is none. @throws UnsupportedAccept */
export function formatOf(accept: string | undefined): EventsFormat {
  if (accept === undefined) return 'json';
  if (accept.includes('application/cbor-framed')) return 'cbor-framed';
  if (accept.includes('application/json-framed')) return 'json-framed';
  if (accept.includes('application/json') || accept.includes('*/*')) return 'json';
  throw new UnsupportedAccept(accept);
}

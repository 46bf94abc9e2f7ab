import { parseTrailLine } from '../../audit/trail-line.js';
import type { WriteRequest } from '../../request/write-request.js';

// Behind the timestamp come our own fields, short ones.
const END_BYTES = 600;
const OUR_END =
  /, "timestamp": [\d.e+-]+, "request_id": "([ !#-[\]-~]{1,255})"(?:, "(?!request_id")\w+": (?:"[^"\\]*"|true|false|\d+))*\}$/;

/**
 * The request on a trail line, where it is one that might have to be sent: of ours, marked for
 * dispatch or not marked at all, and not known as settled. The line is parsed only then.
 */
export function requestToDeliver(
  line: Buffer,
  isSettled: (id: string) => boolean,
): WriteRequest | undefined {
  const end = OUR_END.exec(line.toString('latin1', Math.max(0, line.length - END_BYTES)));
  // A quote inside a JSON string is escaped, so what matches is the end of the object itself; and of
  // keys that come twice the last one counts.
  if (end && isSettled(end[1])) return undefined;
  if (!end && !line.includes('"request_id":')) return undefined;
  const entry = parseTrailLine(line.toString());
  if ('damaged' in entry) return undefined;
  const { request } = entry;
  if (typeof request.request_id !== 'string' || isSettled(request.request_id)) return undefined;
  return request;
}

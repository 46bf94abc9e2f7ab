import { parseTrailLine } from '../../audit/trail-line.js';
import { outputFileOf } from '../../request/parse-write-request.js';
import type { WriteRequest } from '../../request/write-request.js';

/** What is asked of every request that is in the trail. */
export interface RequestFacts {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly accepted: number;
  readonly outputFile: string | undefined;
  /** False where it is not to be sent. */
  readonly dispatch: boolean;
}

const OUR_START = /^\[\d{8}-\d{6}\] \{"data_api_request": "/;
const START_BYTES = 40;
const PARAMETERS = Buffer.from(', "parameters": "');
// Behind the timestamp come our own fields, short ones.
const END_BYTES = 600;
const OUR_END =
  /, "timestamp": [\d.e+-]+, "request_id": "([ !#-[\]-~]{1,255})"(?:, "(?!(?:data_api_request|parameters|timestamp|request_id)")\w+": (?:"[^"\\]*"|true|false|\d+))*\}$/;

/**
 * What is asked of the request on a trail line, where it is one that might have to be sent: of ours,
 * marked for dispatch or not marked at all, and not known as settled. Only then its parameters are
 * parsed, and the whole line only if it is not as we write it.
 */
export function requestToDeliver(
  line: Buffer,
  isSettled: (id: string) => boolean,
): RequestFacts | undefined {
  const tail = line.toString('latin1', Math.max(0, line.length - END_BYTES));
  const end = OUR_END.exec(tail);
  // A quote inside a JSON string is escaped, so what matches is the end of the object itself; and of
  // keys that come twice the last one counts.
  if (end && isSettled(end[1])) return undefined;
  if (!end && !line.includes('"request_id":')) return undefined;
  const inOurForm = end && factsInOurForm(line, tail.slice(end.index));
  if (inOurForm) return inOurForm;
  const request = requestOn(line);
  return request && !isSettled(request.request_id!) ? factsOf(request) : undefined;
}

/** The request of ours on a trail line; undefined where it is of another kind, or damaged. */
export function requestOn(line: Buffer): WriteRequest | undefined {
  const entry = parseTrailLine(line.toString());
  if ('damaged' in entry || typeof entry.request.request_id !== 'string') return undefined;
  return entry.request;
}

export function factsOf(request: WriteRequest): RequestFacts {
  return facts(request, request.parameters);
}

function facts(
  request: Pick<WriteRequest, 'request_id' | 'timestamp' | 'dispatch'>,
  parameters: string,
): RequestFacts {
  return {
    id: request.request_id!,
    accepted: request.timestamp,
    outputFile: outputFileOf({ parameters }),
    dispatch: request.dispatch !== false,
  };
}

/** @param end of the line, from the comma behind the parameters on */
function factsInOurForm(line: Buffer, end: string): RequestFacts | undefined {
  const key = line.indexOf(PARAMETERS);
  if (key < 0 || !OUR_START.test(line.toString('latin1', 0, START_BYTES))) return undefined;
  const from = key + PARAMETERS.length - 1;
  try {
    const parameters = JSON.parse(line.toString('utf8', from, line.length - end.length)) as string;
    return facts(JSON.parse(`{${end.slice(2)}`) as WriteRequest, parameters);
  } catch {
    return undefined; // More than the parameters' text stands there.
  }
}

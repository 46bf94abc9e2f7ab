import { parseTrailLine } from '../../audit/trail-line.js';
import { outputFileOf } from '../../request/parse-write-request.js';
import { type Lane, laneOf } from '../../request/lane.js';
import { identityOf, sortKeyOf } from '../../request/request-order.js';
import type { PulseRange } from '../../request/pulse-range.js';
import type { WriteRequest } from '../../request/write-request.js';

/** The facts needed of every request in the trail. */
export interface RequestFacts {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly accepted: number;
  readonly outputFile: string | undefined;
  /** False where it is not to be sent. */
  readonly dispatch: boolean;
  /** Sorts it among others; see {@link sortKeyOf}. */
  readonly sortKey: number;
  readonly lane: Lane;
  /** The request that it acquires again. */
  readonly replayOf?: string;
  /** Undefined if it was not read, or the request names none. */
  readonly range?: PulseRange;
  /** How many channels it asks for; undefined if that was not read. */
  readonly channelsAsked?: number;
}

const OUR_START = /^\[\d{8}-\d{6}\] \{"data_api_request": "/;
const START_BYTES = 40;
// A JSON text inside a JSON text, ASCII, with no escapes but of its quotes: each of them is one of its own.
const PLAIN_OBJECT = /^"\{[ !#-[\]-~]*(?:\\"[ !#-[\]-~]*)*\}"$/;
const OUTPUT_FILE = '\\"output_file\\"';
const OUTPUT_FILE_TEXT = `${OUTPUT_FILE}:\\"`;
const PARAMETERS = Buffer.from(', "parameters": "');
// Behind the timestamp come our own fields, short ones.
const END_BYTES = 700;
const OUR_END =
  /, "timestamp": ([\d.e+-]+), "request_id": "([ !#-[\]-~]{1,255})"((?:, "(?!(?:data_api_request|parameters|timestamp|request_id)")\w+": (?:"[^"\\]*"|true|false|\d+))*)\}$/;

// What most lines have there, of releases without lanes too, which need not be parsed. All integers of up to 15 digits are safe.
const PLACE_ALONE =
  /^(?:, "lane": "(live|background)")?, "trail_id": "[\w-]{1,64}", "sequence": ([1-9]\d{0,14})$/;

/**
 * The facts of the request on a trail line, if it might have to be sent: one of ours,
 * marked for dispatch or not marked at all, and not known as settled. Only then its parameters are
 * parsed, and the whole line only if it is not as we write it.
 *
 * @returns `damaged` where it can't be read
 */
export function requestToDeliver(
  line: Buffer,
  isSettled: (id: string) => boolean,
): RequestFacts | 'damaged' | undefined {
  const tail = line.toString('latin1', Math.max(0, line.length - END_BYTES));
  const end = OUR_END.exec(tail);
  // A quote inside a JSON string is escaped, so what matches is the end of the object itself; and of
  // keys that come twice the last one counts.
  if (end && isSettled(end[2])) return undefined;
  if (!end && !line.includes('"request_id":')) return undefined;
  const inOurForm = end && factsInOurForm(line, end);
  if (inOurForm) return inOurForm;
  const entry = parseTrailLine(line.toString());
  if ('damaged' in entry) return 'damaged';
  const { request } = entry;
  const isToSend = typeof request.request_id === 'string' && !isSettled(request.request_id);
  return isToSend ? factsOf(request) : undefined;
}

/** The request of ours on a trail line; undefined where it is of another kind, or damaged. */
export function requestOn(line: Buffer): WriteRequest | undefined {
  const entry = parseTrailLine(line.toString());
  if ('damaged' in entry || typeof entry.request.request_id !== 'string') return undefined;
  return entry.request;
}

/** @param said what its texts say, where that is known */
export function factsOf(
  request: WriteRequest,
  said: Pick<RequestFacts, 'outputFile' | 'range' | 'channelsAsked'> = {
    outputFile: outputFileOf(request),
  },
): RequestFacts {
  const { request_id, timestamp, dispatch } = request;
  const identity = identityOf(request);
  return {
    id: request_id!,
    accepted: timestamp,
    outputFile: said.outputFile,
    range: said.range,
    channelsAsked: said.channelsAsked,
    dispatch: dispatch !== false,
    sortKey: sortKeyOf(identity),
    lane: laneOf(request),
    replayOf: identity.replayOf,
  };
}

/** @param end of the line, as `OUR_END` finds it */
function factsInOurForm(line: Buffer, end: RegExpExecArray): RequestFacts | undefined {
  const key = line.indexOf(PARAMETERS);
  if (key < 0 || !OUR_START.test(line.toString('latin1', 0, START_BYTES))) return undefined;
  const from = key + PARAMETERS.length - 1;
  const [all, timestamp, id, others] = end;
  const to = line.length - all.length;
  try {
    const outputFile =
      plainOutputFile(line.toString('latin1', from, to)) ??
      outputFileOf({ parameters: JSON.parse(line.toString('utf8', from, to)) as string });
    const accepted = JSON.parse(timestamp) as number;
    const [, lane, sequence] = PLACE_ALONE.exec(others) ?? [];
    if (sequence !== undefined) {
      const sortKey = sortKeyOf({ sequence: Number(sequence) });
      return {
        id: copyOf(id),
        accepted,
        outputFile,
        dispatch: true,
        sortKey,
        lane: laneOf({ lane }),
      };
    }
    const further = JSON.parse(`{${others.slice(2)}}`) as Partial<WriteRequest>;
    const identity = identityOf({ ...further, timestamp: accepted });
    return {
      id: copyOf(id),
      accepted,
      outputFile,
      dispatch: further.dispatch !== false,
      sortKey: sortKeyOf(identity),
      lane: laneOf(further),
      replayOf: identity.replayOf,
    };
  } catch {
    return undefined; // More than the parameters' text stands there.
  }
}

/**
 * The output file that parameters name, without parsing them twice.
 *
 * @param text JSON of the parameters' own text
 * @returns undefined where only parsing could tell
 */
function plainOutputFile(text: string): string | undefined {
  const key = text.indexOf(OUTPUT_FILE_TEXT);
  // Of several, however they are written, the last one counts, and of those in objects inside none.
  const isOnly = text.indexOf(OUTPUT_FILE) === key && text.lastIndexOf(OUTPUT_FILE) === key;
  if (key < 0 || !isOnly || text.lastIndexOf('{', key) !== 1 || !PLAIN_OBJECT.test(text)) {
    return undefined;
  }
  const from = key + OUTPUT_FILE_TEXT.length;
  return copyOf(text.slice(from, text.indexOf('\\', from))) || undefined;
}

/** A part of a text that does not keep all of it in memory. */
function copyOf(part: string): string {
  return Buffer.from(part, 'latin1').toString('latin1');
}

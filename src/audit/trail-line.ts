import { TOO_DEEP, isTooDeep } from '../request/nesting.js';
import type { WriteRequest } from '../request/write-request.js';
import { hasStamp, localStamp, timeOfStamp } from './local-time.js';

/** A trail line that was understood. */
export interface TrailEntry {
  /** When the request was made: its timestamp, or the line's own time if the timestamp is unusable. */
  readonly time: Date;
  readonly request: WriteRequest;
}

/** A line that is not a trail line, and why. */
export interface DamagedLine {
  readonly damaged: string;
}

const PREFIX = /^\[(\d{8}-\d{6})\] /;

/**
 * The line of a write request in the audit trail, and in its `.err` file: `[YYYYMMDD-HHMMSS] {…}`, without
 * the line's end.
 *
 * The time is the local time of the request's timestamp, so that the same request makes the same line
 * everywhere on a machine; the current one for a timestamp outside of the years 0 to 9999. Existing tools
 * cut it by position: time in characters 1 to 15, JSON from character 18. The JSON is as Python's
 * `json.dumps` writes it, ASCII only.
 */
export function formatTrailLine(request: WriteRequest): string {
  const fields = Object.entries({ ...request, attempt: undefined, handling: undefined })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  return `[${localStamp(new Date(request.timestamp * 1000))}] {${asciiOnly(fields.join(', '))}}`;
}

/** Reads a trail line of any implementation; the texts inside the request are not looked into. */
export function parseTrailLine(text: string): TrailEntry | DamagedLine {
  const stamp = PREFIX.exec(text)?.[1];
  const lineTime = stamp === undefined ? undefined : timeOfStamp(stamp);
  if (!lineTime) return { damaged: 'does not start with a time, [YYYYMMDD-HHMMSS]' };
  let fields: Partial<WriteRequest> | null;
  try {
    fields = JSON.parse(text.slice(18)) as Partial<WriteRequest> | null;
  } catch (error) {
    return { damaged: `is not JSON from character 18 on (${(error as Error).message})` };
  }
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
    return { damaged: 'is not a JSON object from character 18 on' };
  }
  if (isTooDeep(fields)) return { damaged: TOO_DEEP };
  const { data_api_request, parameters } = fields;
  if (typeof data_api_request !== 'string' || typeof parameters !== 'string') {
    const missing = typeof data_api_request === 'string' ? 'parameters' : 'data_api_request';
    return { damaged: `has no text ${missing}` };
  }
  const timestamp = Number.isFinite(fields.timestamp)
    ? fields.timestamp!
    : lineTime.getTime() / 1000;
  const time = new Date(timestamp * 1000);
  return {
    time: hasStamp(time) ? time : lineTime,
    request: { ...fields, data_api_request, parameters, timestamp },
  };
}

/** A trail line without its time; a text that does not start with a time is returned as it is. */
export function withoutTime(text: string): string {
  return text.replace(PREFIX, '');
}

function asciiOnly(json: string): string {
  return json.replaceAll(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

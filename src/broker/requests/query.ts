import { parseMoment } from '../../audit/parse-moment.js';
import { REQUEST_STATES } from '../../report/request-state.js';
import { LANES, type Lane, isLane } from '../../request/lane.js';
import { PageSize, Parameter, Unreadable, statesOf } from '../http/query.js';

const TEXT = { type: 'string' };
const FLAG = { type: 'boolean' };
const SKIPPED = { type: 'integer', minimum: 0, default: 0 };

/** The filter of a list of requests, and its page. */
export class RequestsQuery {
  @Parameter(`One or several with commas: ${REQUEST_STATES.join(', ')}.`, TEXT, (text) =>
    statesOf(REQUEST_STATES, text),
  )
  state?: ReadonlySet<string>;

  /** In s since the epoch. */
  @Parameter(
    'Made at this time or later: seconds since the epoch, 20261124-101500, or ISO 8601.',
    TEXT,
    (text) => toSeconds(text, false),
  )
  since?: number;

  /** In s since the epoch. */
  @Parameter('Made at this time or before.', TEXT, (text) => toSeconds(text, true))
  until?: number;

  @Parameter('The output file, with or without its folder.')
  output_file?: string;

  @Parameter(
    'Part of the output file’s path, or of the id, in upper or lower case.',
    TEXT,
    (text) => text.toLowerCase(),
  )
  search?: string;

  @Parameter(
    'Only requests of this lane: live goes before background.',
    { type: 'string', enum: LANES },
    toLane,
  )
  lane?: Lane;

  @Parameter(
    'true: only requests with missing, failed or short channels; false: only the others.',
    FLAG,
    toFlag,
  )
  incomplete?: boolean;

  @Parameter(
    'true: only requests that failed and are tried again by themselves; false: only the others.',
    FLAG,
    toFlag,
  )
  healing?: boolean;

  @PageSize('Requests on a page.')
  limit?: number;

  @Parameter('The `next` of the page before.')
  before?: string;

  @Parameter('The id of a request: the list begins with it, however many came since.')
  from?: string;

  @Parameter('How many requests of the list are left out first.', SKIPPED, toSkipped)
  skip?: number;

  @Parameter('true: the reply says in `total` how many requests the list has.', FLAG, toFlag)
  total?: boolean;
}

/** How a request is to be acquired again. */
export class SubmissionQuery {
  @Parameter(
    'Whether the file may be replaced by one with fewer rows. A `force` in the request itself does not count.',
    FLAG,
    toFlag,
  )
  force?: boolean;

  @Parameter(
    'live: goes before what is in the background. A `lane` in the request itself counts only where it ' +
      'has no request_id: else it was meant for that one.',
    { type: 'string', enum: LANES, default: 'background' },
    toLane,
  )
  lane?: Lane;
}

function toLane(text: string): Lane | Unreadable {
  if (isLane(text)) return text;
  return new Unreadable(`'${text.slice(0, 40)}' is not a lane: use ${LANES.join(' or ')}`);
}

function toSkipped(text: string): number | Unreadable {
  return /^\d{1,9}$/.test(text) ? Number(text) : new Unreadable('must be an integer, 0 or more');
}

function toFlag(text: string): boolean | Unreadable {
  if (text === 'true' || text === 'false') return text === 'true';
  return new Unreadable(`'${text.slice(0, 40)}' is neither true nor false`);
}

function toSeconds(text: string, endOfDay: boolean): number | Unreadable {
  if (/^\d{1,12}(\.\d+)?$/.test(text)) return Number(text);
  const moment = parseMoment(text, endOfDay);
  if (moment) return moment.getTime() / 1000;
  return new Unreadable(
    `'${text.slice(0, 40)}' is not a time: give seconds since the epoch, 20261124-101500 or 2026-11-24T10:15`,
  );
}

import { PageSize, Parameter, Unreadable } from '../../http/query.js';

/** In s. */
const LONGEST_WAIT = 3600;
export const USUAL_WAIT = 30;

const RUN_NUMBER = { type: 'integer', minimum: 1 };
const BEAMLINE = 'Of which beamline, where several have a pgroup of this name.';

/** Which runs a list is to have. */
export class RunsQuery {
  @Parameter(
    'The runs of this pgroup. Without it the reply names the pgroups this broker has served.',
  )
  pgroup?: string;

  @Parameter(BEAMLINE)
  beamline?: string;

  @PageSize('Runs on a page.')
  limit?: number;

  @Parameter(
    'Only runs with lower numbers: the `next` of the page before.',
    RUN_NUMBER,
    toRunNumber,
  )
  before?: number;
}

/** Which run is meant. */
export class RunQuery {
  @Parameter(BEAMLINE)
  beamline?: string;
}

/** Which run is waited for, and how long. */
export class RunWaitQuery {
  @Parameter(BEAMLINE)
  beamline?: string;

  /** In s. */
  @Parameter(
    'Seconds after which the answer comes in any case.',
    { type: 'number', minimum: 0, maximum: LONGEST_WAIT, default: USUAL_WAIT },
    toTimeout,
  )
  timeout?: number;
}

function toRunNumber(text: string): number | Unreadable {
  return /^[1-9]\d{0,9}$/.test(text)
    ? Number(text)
    : new Unreadable(
        `'${text.slice(0, 40)}' is not the number of a run: give an integer, 1 or more`,
      );
}

function toTimeout(text: string): number | Unreadable {
  const seconds = /^\d{1,6}(\.\d{1,6})?$/.test(text) ? Number(text) : NaN;
  return seconds <= LONGEST_WAIT
    ? seconds
    : new Unreadable(`must be a number of seconds from 0 to ${LONGEST_WAIT}`);
}

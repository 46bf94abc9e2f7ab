import { parseMoment } from '../../audit/parse-moment.js';
import type { FieldProblem } from '../../request/errors.js';
import type { RequestFilter } from '../ledger/request-index.js';
import { InvalidQuery } from './errors.js';
import { REQUEST_STATES } from '../../report/request-state.js';

export const MAX_PAGE_SIZE = 1000;
const USUAL_ON_A_PAGE = 100;

/** Which requests are asked for, and which page of them. */
export interface RequestQuery {
  readonly filter: RequestFilter;
  readonly limit: number;
  /** Id of the last request of the page before. */
  readonly before?: string;
}

const KNOWN = ['state', 'since', 'until', 'output_file', 'incomplete', 'limit', 'before'];

/**
 * Reads the query of `GET /requests`; what is empty is not there.
 *
 * @throws InvalidQuery naming all that is wrong with it
 */
export function parseQuery(query: Readonly<Record<string, unknown>>): RequestQuery {
  const problems: FieldProblem[] = [];
  for (const field of Object.keys(query)) {
    if (!KNOWN.includes(field)) {
      problems.push({ field, problem: `is not known: use ${KNOWN.join(', ')}` });
    }
  }
  const text = (field: string) => textIn(query, field, problems);
  const filter = {
    states: statesIn(text('state'), problems),
    since: timeIn('since', text('since'), problems),
    until: timeIn('until', text('until'), problems),
    outputFile: text('output_file'),
    incomplete: flagIn('incomplete', text('incomplete'), problems),
  };
  const limit = limitIn(text('limit'), problems);
  const before = text('before');
  if (problems.length > 0) throw new InvalidQuery(problems);
  return { filter, limit, before };
}

/**
 * Reads the query of `POST /requests`: whether a file may be replaced by one with fewer rows.
 *
 * @throws InvalidQuery
 */
export function isForced(query: Readonly<Record<string, unknown>>): boolean {
  const problems: FieldProblem[] = Object.keys(query)
    .filter((field) => field !== 'force')
    .map((field) => ({ field, problem: 'is not known: use force' }));
  const isForce = flagIn('force', textIn(query, 'force', problems), problems);
  if (problems.length > 0) throw new InvalidQuery(problems);
  return isForce ?? false;
}

function textIn(
  query: Readonly<Record<string, unknown>>,
  field: string,
  problems: FieldProblem[],
): string | undefined {
  const value = query[field];
  if (value === undefined || value === '') return undefined;
  if (typeof value === 'string') return value;
  problems.push({ field, problem: 'is there twice: give it once' });
  return undefined;
}

function statesIn(
  text: string | undefined,
  problems: FieldProblem[],
): ReadonlySet<string> | undefined {
  if (text === undefined) return undefined;
  const states = text.split(',').map((state) => state.trim());
  const wrong = states.filter((state) => !(REQUEST_STATES as readonly string[]).includes(state));
  if (wrong.length > 0) {
    const problem = `'${wrong.join(',').slice(0, 100)}' is not a state: use ${REQUEST_STATES.join(', ')}`;
    problems.push({ field: 'state', problem });
  }
  return new Set(states);
}

function flagIn(
  field: string,
  text: string | undefined,
  problems: FieldProblem[],
): boolean | undefined {
  if (text === undefined) return undefined;
  if (text === 'true' || text === 'false') return text === 'true';
  problems.push({ field, problem: `'${text.slice(0, 40)}' is neither true nor false` });
  return undefined;
}

function timeIn(
  field: string,
  text: string | undefined,
  problems: FieldProblem[],
): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,12}(\.\d+)?$/.test(text)) return Number(text);
  const moment = parseMoment(text, field === 'until');
  if (moment) return moment.getTime() / 1000;
  const problem = `'${text.slice(0, 40)}' is not a time: give seconds since the epoch, 20261124-101500 or 2026-11-24T10:15`;
  problems.push({ field, problem });
  return undefined;
}

function limitIn(text: string | undefined, problems: FieldProblem[]): number {
  if (text === undefined) return USUAL_ON_A_PAGE;
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= MAX_PAGE_SIZE) return limit;
  problems.push({ field: 'limit', problem: `must be 1 to ${MAX_PAGE_SIZE}` });
  return USUAL_ON_A_PAGE;
}

import { REQUEST_STATES } from '../../report/request-state.js';
import type { ApiParameter } from '../openapi/api-call.js';
import { MAX_PAGE_SIZE } from './query.js';

const TEXT = { type: 'string' };

/** The query of `GET /requests` in the OpenAPI document. */
export const FILTER_PARAMETERS: readonly ApiParameter[] = [
  {
    name: 'state',
    in: 'query',
    description: `One or several with commas: ${REQUEST_STATES.join(', ')}.`,
    schema: TEXT,
  },
  {
    name: 'since',
    in: 'query',
    description:
      'Made at this time or later: seconds since the epoch, 20261124-101500, or ISO 8601.',
    schema: TEXT,
  },
  { name: 'until', in: 'query', description: 'Made at this time or before.', schema: TEXT },
  {
    name: 'output_file',
    in: 'query',
    description: 'The output file, with or without its folder.',
    schema: TEXT,
  },
  {
    name: 'incomplete',
    in: 'query',
    description:
      'true: only requests with missing, failed or short channels; false: only the others.',
    schema: { type: 'boolean' },
  },
  {
    name: 'limit',
    in: 'query',
    description: 'Requests on a page.',
    schema: { type: 'integer', minimum: 1, maximum: MAX_PAGE_SIZE, default: 100 },
  },
  {
    name: 'before',
    in: 'query',
    description: 'The `next` of the page before.',
    schema: TEXT,
  },
];

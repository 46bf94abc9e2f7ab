import { applyDecorators } from '@nestjs/common';
import {
  ApiBody,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiQuery,
} from '@nestjs/swagger';
import { MAX_PAGE_SIZE } from '../requests/query.js';
import { KeyUsedAlready } from '../requests/errors.js';
import { PARAMETERS_EXAMPLE } from './acquisition-calls.js';
import { ApiErrors, NOT_SAVED, TOO_MANY_CALLS } from './errors.js';
import { OneRequestReply, RequestsReply, SubmittedReply } from './request-replies.js';
import { RecordedRequest } from './replies.js';
import { REQUEST_STATES } from '../../report/request-state.js';

const ID = '0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e';
const WRITER = '6f9b7e62-5f0e-4a56-9a51-0f5a3ddc4a55';

const HEAD = {
  request_id: ID,
  state: 'written',
  time: 1795511701.5,
  accepted: 1795511700.25,
  attempt: 1,
  output_file: '/sf/data/run_0001.h5',
  start_pulse_id: 1000,
  stop_pulse_id: 1299,
  writer_id: WRITER,
  bytes: 48213,
  rows: 300,
  channels_asked: 1,
  channels_written: 1,
  channels_missing: 0,
  channels_failed: 0,
  channels_with_problems: 0,
  channels_short: 0,
};

const RECORD = {
  ...HEAD,
  history: [
    { time: 1795511700.26, state: 'queued', attempt: 0 },
    { time: 1795511700.27, state: 'sent', attempt: 1 },
    { time: 1795511700.3, state: 'writing', attempt: 1, writer_id: WRITER },
    { time: 1795511701.5, state: 'written', attempt: 1, writer_id: WRITER },
  ],
  report: {
    state: 'written',
    output_file: '/sf/data/run_0001.h5',
    attempts: 1,
    channels: [
      {
        name: 'SIMULATOR-SCALAR-FLOAT64-1',
        rows: 300,
        first_pulse_id: 1000,
        last_pulse_id: 1299,
        problems: [],
      },
    ],
    not_requested: [],
    bytes: 48213,
    rows: 300,
    seconds: 0.4,
  },
};

const SUBMITTED = {
  data_api_request: JSON.stringify({
    channels: [{ name: 'SIMULATOR-SCALAR-FLOAT64-1', backend: 'sf-databuffer' }],
    range: { startPulseId: 1000, endPulseId: 1299 },
  }),
  parameters: JSON.stringify({ ...PARAMETERS_EXAMPLE, channels: undefined }),
  timestamp: 1795511700.25,
  request_id: ID,
};

// Nest drops an example that stands beside a schema.
const query = (name: string, description: string, schema: object) =>
  ApiQuery({ name, description, required: false, schema });

export const DescribeList = () =>
  applyDecorators(
    ApiOperation({
      summary: 'Write requests, newest first',
      description: 'Of this broker and those before it on its trail: the last 100,000.',
    }),
    query('state', `One or several with commas: ${REQUEST_STATES.join(', ')}.`, {
      type: 'string',
      example: 'failed,unconfirmed',
    }),
    query(
      'since',
      'Made at this time or later: seconds since the epoch, 20261124-101500, or ISO.',
      {
        type: 'string',
      },
    ),
    query('until', 'Made at this time or before.', { type: 'string' }),
    query('output_file', 'The output file, with or without its folder.', { type: 'string' }),
    query(
      'incomplete',
      'true: only requests with missing, failed or short channels; false: only the others.',
      { type: 'boolean' },
    ),
    query('limit', 'Requests on a page.', {
      type: 'integer',
      minimum: 1,
      maximum: MAX_PAGE_SIZE,
      default: 100,
    }),
    query('before', 'What the page before gave as `next`.', { type: 'string' }),
    ApiOkResponse({
      type: RequestsReply,
      example: { state: 'ok', status: 'stopped', requests: [HEAD], next: null },
    }),
    ApiErrors({
      400: {
        when: 'The filter is not valid.',
        example: 'The question is not understood: limit must be 1 to 1000.',
      },
    }),
  );

export const DescribeRequest = () =>
  applyDecorators(
    ApiOperation({ summary: 'The whole history of a request' }),
    ApiParam({ name: 'request_id', schema: { type: 'string', example: ID } }),
    ApiOkResponse({
      type: OneRequestReply,
      example: { state: 'ok', status: 'stopped', request: RECORD },
    }),
    ApiErrors({
      404: {
        when: 'No such request is known.',
        example:
          "Request 'x' is not among the last 100000: look for it with GET /requests, or an " +
          'older one in the audit trail with sf-databuffer audit list.',
      },
    }),
  );

export const DescribeSubmit = () =>
  applyDecorators(
    ApiOperation({
      summary: 'Acquire again',
      description:
        'Takes a write request as it stands in an audit trail or an .err file of any ' +
        'implementation: its JSON, or the whole line, also as text/plain. It is recorded as a new ' +
        'request, made now. Whoever lost the answer asks again with the same Idempotency-Key, and ' +
        'nothing is recorded twice. A file that is there and has more rows is kept, and the request ' +
        'fails with fewer_rows, unless force is true.',
    }),
    ApiQuery({
      name: 'force',
      required: false,
      type: Boolean,
      description:
        'Whether the file may be replaced by one with fewer rows. What the request itself says of ' +
        'force does not count.',
    }),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description: 'The id that the request gets, e.g. a UUID; 16 to 64 letters, digits, hyphens.',
    }),
    ApiBody({
      type: RecordedRequest,
      examples: { trail: { summary: 'As it stands in a trail', value: SUBMITTED } },
    }),
    ApiOkResponse({
      type: SubmittedReply,
      description: 'Recorded.',
      example: { state: 'ok', status: 'stopped', request_id: WRITER, replay_of: ID },
    }),
    ApiErrors({
      ...NOT_SAVED,
      ...TOO_MANY_CALLS,
      400: {
        when: 'A body that is not JSON, or a request that can’t be carried out; names all fields.',
        example:
          "The write request can't be carried out: data_api_request is missing or not a text; " +
          'parameters is missing or not a text.',
      },
      409: {
        when: 'Another body came with the same Idempotency-Key before; nothing is recorded.',
        example: new KeyUsedAlready(ID).message,
      },
      415: {
        when: 'A body that is declared neither as JSON nor as text.',
        example:
          "The body comes as 'text/html': send JSON in UTF-8 with the header Content-Type: " +
          'application/json.',
      },
    }),
  );

export const DescribeEvents = () =>
  applyDecorators(
    ApiOperation({
      summary: 'What happens to requests, as it happens',
      description:
        'Server-sent events: `state`, a request came into another state; `progress`, of one that ' +
        'is written; the data is the request as GET /requests has it. `gap`: what was missed is ' +
        'not remembered. Readers that don’t keep up are dropped, and resume with Last-Event-ID.',
    }),
    ApiHeader({
      name: 'Last-Event-ID',
      required: false,
      description: 'Id of the last event seen: what came since is sent first.',
    }),
    ApiOkResponse({
      description: 'Goes on until the broker ends.',
      content: { 'text/event-stream': { schema: { type: 'string' } } },
    }),
    ApiErrors({
      400: {
        when: 'The Last-Event-ID is not valid.',
        example:
          'The question is not understood: Last-Event-ID is not the id of an event: leave it out.',
      },
      503: {
        when: 'So many read events already; Retry-After says when to try again.',
        example: '100 readers of events are connected already: close some, or try again later.',
      },
    }),
  );

import type { OpenAPIObject } from '@nestjs/swagger';
import { errorBody } from '../../http/error-body.js';
import type { RequestError } from '../../request/errors.js';
import { HTTP_STATUS } from '../http/http-status.js';
import { REFUSALS_OF_ANY_CALL } from '../http/refusals.js';
import type { ApiCallDescription, ApiReply, SchemaName } from './api-call.js';
import { sampleOf } from './sample.js';

type PathItem = OpenAPIObject['paths'][string];
export type Operation = NonNullable<PathItem['get']>;
type Responses = Record<string, NonNullable<Operation['responses'][string]>>;

const COMMON = refusalResponses(REFUSALS_OF_ANY_CALL);
const nameOf = (status: string) => `Refused${status}`;

/** The responses that every call may have, by the name that operations refer to them with. */
export function commonResponses(): Responses {
  return Object.fromEntries(
    Object.entries(COMMON).map(([status, response]) => [nameOf(status), response]),
  );
}

/** A call as the document has it. */
export function operationOf(
  operationId: string,
  group: string,
  call: ApiCallDescription,
): Operation {
  const { summary, description, parameters = [], body, ok = {}, failures = {} } = call;
  return {
    tags: [group],
    operationId,
    summary,
    ...(description && { description }),
    parameters: parameters.map((each) => ({ required: each.in === 'path', ...each })),
    ...(body && {
      requestBody: {
        required: true,
        content: {
          'application/json': contentOf(body.schema, body),
          ...(body.isAlsoText && { 'text/plain': { schema: { type: 'string' } } }),
        },
      },
    }),
    responses: {
      200: responseOf({ description: 'OK', ...ok }),
      ...Object.fromEntries(
        Object.keys(COMMON).map((status) => [
          status,
          { $ref: `#/components/responses/${nameOf(status)}` },
        ]),
      ),
      ...refusalResponses(call.refusals ?? []),
      ...Object.fromEntries(
        Object.entries(failures).map(([status, reply]) => [status, responseOf(reply)]),
      ),
    },
  };
}

function responseOf({ description = 'OK', headers, schema, contentType, example }: ApiReply) {
  const head = { description, ...(headers && { headers }) };
  if (schema) {
    const given = example === undefined ? {} : { example };
    return { ...head, content: { 'application/json': contentOf(schema, given) } };
  }
  if (!contentType) return head;
  const content = { schema: { type: 'string' }, ...(example !== undefined && { example }) };
  return { ...head, content: { [contentType]: content } };
}

function contentOf(name: SchemaName, given: { examples?: object; example?: unknown }) {
  const schema = { $ref: `#/components/schemas/${name}` };
  const { examples } = given;
  return examples
    ? { schema, examples: examples as never }
    : { schema, example: given.example ?? sampleOf(schema) };
}

/** One response for each HTTP status, with an example for each of its error codes. */
function refusalResponses(refusals: readonly RequestError[]): Responses {
  const responses: Responses = {};
  for (const status of new Set(refusals.map(({ code }) => HTTP_STATUS[code]))) {
    const errors = refusals.filter(({ code }) => HTTP_STATUS[code] === status);
    const examples = errors.map(({ code, message }) => [code, { value: errorBody(message) }]);
    responses[status] = {
      description: errors.map(({ code }) => code).join(', '),
      ...(errors.some((error) => 'retryAfter' in error) && {
        headers: {
          'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer' } },
        },
      }),
      content: {
        'application/json': {
          schema: { $ref: '#/components/schemas/ErrorBody' },
          examples: Object.fromEntries(examples),
        },
      },
    };
  }
  return responses;
}

import type { OpenAPIObject } from '@nestjs/swagger';
import { errorBody } from '../../http/error-body.js';
import { clientErrorBody, clientStatus } from '../http/client-exception.js';
import type { RequestError } from '../../request/errors.js';
import { HTTP_STATUS } from '../http/http-status.js';
import { REFUSALS_OF_ANY_CALL } from '../http/refusals.js';
import type { ApiCallDescription, ApiReply, SchemaName } from './api-call.js';
import { sampleOf } from './sample.js';

type PathItem = OpenAPIObject['paths'][string];
export type Operation = NonNullable<PathItem['get']>;
type Responses = Record<string, NonNullable<Operation['responses'][string]>>;

/** A response to calls that are refused. */
interface Answer {
  description: string;
  headers?: Record<string, { description: string; schema: object }>;
  content: Record<string, { schema: object; examples: Record<string, { value: object }> }>;
}

const JSON_TYPE = 'application/json';

/** How errors are answered, which depends on who calls. */
interface ErrorForm {
  readonly schema: SchemaName;
  readonly statusOf: (error: RequestError) => number;
  readonly bodyOf: (error: RequestError) => object;
}

const USUAL: ErrorForm = {
  schema: 'ErrorBody',
  statusOf: ({ code }) => HTTP_STATUS[code],
  bodyOf: ({ message }) => errorBody(message),
};
const OF_CLIENTS: ErrorForm = {
  schema: 'ClientErrorBody',
  statusOf: ({ code }) => clientStatus(HTTP_STATUS[code]),
  bodyOf: (error) => clientErrorBody(error, error.message),
};

const COMMON = refusalResponses(REFUSALS_OF_ANY_CALL, USUAL);
const nameOf = (status: string) => `Refused${status}`;

/** The responses that every call may have, by the name that operations refer to them with. */
export function commonResponses(): Responses {
  return Object.fromEntries(
    Object.entries(COMMON).map(([status, response]) => [nameOf(status), response]),
  );
}

/**
 * A call as the document has it.
 *
 * @param isClientForm whether it answers in the form that the beamlines' clients read
 */
export function operationOf(
  operationId: string,
  group: string,
  call: ApiCallDescription,
  isClientForm: boolean,
): Operation {
  const { summary, description, parameters = [], body } = call;
  return {
    tags: [group],
    operationId,
    summary,
    ...(description && { description }),
    parameters: parameters.map((each) => ({ required: each.in === 'path', ...each })),
    ...(body && {
      requestBody: {
        required: body.isOptional !== true,
        content: {
          [JSON_TYPE]: contentOf(body.schema, body),
          ...(body.isAlsoText && { 'text/plain': { schema: { type: 'string' } } }),
        },
      },
    }),
    responses: isClientForm ? clientResponses(call) : usualResponses(call),
  };
}

function usualResponses({ ok = {}, refusals = [], failures = {} }: ApiCallDescription): Responses {
  return {
    200: responseOf({ description: 'OK', ...ok }),
    ...Object.fromEntries(
      Object.keys(COMMON).map((status) => [
        status,
        { $ref: `#/components/responses/${nameOf(status)}` },
      ]),
    ),
    ...refusalResponses(refusals, USUAL),
    ...Object.fromEntries(
      Object.entries(failures).map(([status, reply]) => [status, responseOf(reply)]),
    ),
  };
}

/** Most errors have the status of the reply that says that all is well. */
function clientResponses({ ok = {}, refusals = [] }: ApiCallDescription): Responses {
  const all = [...REFUSALS_OF_ANY_CALL, ...refusals];
  const { 200: errors, ...others } = refusalResponses(all, OF_CLIENTS);
  const { schema, example } = contentOf(ok.schema!, ok);
  const examples = { ok: { value: example }, ...errors.content[JSON_TYPE].examples };
  return {
    200: {
      description: `${ok.description ?? 'OK'} Or, with status error: ${errors.description}.`,
      ...((ok.headers ?? errors.headers) && { headers: { ...ok.headers, ...errors.headers } }),
      content: {
        [JSON_TYPE]: { schema: { anyOf: [schema, errors.content[JSON_TYPE].schema] }, examples },
      },
    },
    ...others,
  };
}

function responseOf({ description = 'OK', headers, schema, contentType, example }: ApiReply) {
  const head = { description, ...(headers && { headers }) };
  if (schema) {
    const given = example === undefined ? {} : { example };
    return { ...head, content: { [JSON_TYPE]: contentOf(schema, given) } };
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
function refusalResponses(
  refusals: readonly RequestError[],
  { schema, statusOf, bodyOf }: ErrorForm,
): Record<string, Answer> {
  const responses: Record<string, Answer> = {};
  for (const status of new Set(refusals.map(statusOf))) {
    const errors = refusals.filter((error) => statusOf(error) === status);
    const examples = errors.map((error) => [error.code, { value: bodyOf(error) }]);
    responses[status] = {
      description: errors.map(({ code }) => code).join(', '),
      ...(errors.some((error) => 'retryAfter' in error) && {
        headers: {
          'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer' } },
        },
      }),
      content: {
        [JSON_TYPE]: {
          schema: { $ref: `#/components/schemas/${schema}` },
          examples: Object.fromEntries(examples),
        },
      },
    };
  }
  return responses;
}

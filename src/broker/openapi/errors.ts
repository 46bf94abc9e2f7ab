import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { errorBody } from '../../http/error-body.js';
import { ErrorReply } from './replies.js';

interface ErrorDescription {
  readonly when: string;
  readonly example: string;
}

/** What any call can be refused for. */
const OF_ANY_CALL: Readonly<Record<number, ErrorDescription>> = {
  403: {
    when: 'Sent by a page of another web site, to a name that is not the broker’s, or from an address that is not allowed.',
    example:
      'A page of another site (https://example.org) must not change anything here: use the ' +
      "broker's own page, /docs, or a program.",
  },
  413: {
    when: 'A body over 1 MiB.',
    example: 'The body is larger than 1048576 bytes: send less.',
  },
};

/**
 * Describes error replies, besides those that any call has: HTTP status, when it comes, and an
 * example of its message.
 */
export function ApiErrors(
  errors: Readonly<Record<number, ErrorDescription>> = {},
): MethodDecorator & ClassDecorator {
  const all = { ...OF_ANY_CALL, ...errors };
  const responses = Object.entries(all).map(([status, { when, example }]) =>
    ApiResponse({
      status: Number(status),
      description: when,
      content: {
        'application/json': {
          schema: { $ref: getSchemaPath(ErrorReply) },
          example: errorBody(example),
        },
      },
    }),
  );
  return applyDecorators(ApiExtraModels(ErrorReply), ...responses);
}

export const TOO_MANY_CALLS = {
  429: {
    when: 'More calls in this second than one address may make; Retry-After says when to try again.',
    example:
      '10.1.2.3 made more than 1000 calls in this second: try again in the next one, or have the ' +
      'broker started with a larger --calls_per_second (0: no limit).',
  },
};

export const BAD_PULSE_ID = {
  400: {
    when: 'The pulse id is not valid.',
    example:
      "Start pulse id '1.5' is not a pulse id: give an integer from 0 to 9007199254740992 (2^53).",
  },
};

export const NOT_SAVED = {
  503: {
    when: 'The acquisition or the audit trail can’t be put on disk; nothing was changed.',
    example:
      "The audit trail /var/log/sf_databuffer_audit.log can't be written: no room is left on its " +
      'disk (ENOSPC). Nothing is accepted without it: put that right and try again, or start the ' +
      'broker with another --audit_file.',
  },
};

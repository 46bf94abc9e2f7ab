import { type ArgumentMetadata, ValidationPipe, applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsOptional, ValidateBy, getMetadataStorage } from 'class-validator';
import { parseMoment } from '../../audit/parse-moment.js';
import { REQUEST_STATES } from '../../report/request-state.js';
import type { ApiParameter } from '../openapi/api-call.js';
import { InvalidQuery } from './errors.js';

export const USUAL_PAGE_SIZE = 100;
const MAX_PAGE_SIZE = 1000;

const TEXT = { type: 'string' };
const FLAG = { type: 'boolean' };

/** The filter of a list of requests, and its page. */
export class RequestsQuery {
  @Parameter(`One or several with commas: ${REQUEST_STATES.join(', ')}.`, TEXT, toStates)
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
    'true: only requests with missing, failed or short channels; false: only the others.',
    FLAG,
    toFlag,
  )
  incomplete?: boolean;

  @Parameter(
    'Requests on a page.',
    { type: 'integer', minimum: 1, maximum: MAX_PAGE_SIZE, default: USUAL_PAGE_SIZE },
    toPageSize,
  )
  limit?: number;

  @Parameter('The `next` of the page before.')
  before?: string;
}

/** How a request is to be acquired again. */
export class SubmissionQuery {
  @Parameter(
    'Whether the file may be replaced by one with fewer rows. A `force` in the request itself does not count.',
    FLAG,
    toFlag,
  )
  force?: boolean;
}

/** The parameters of a query for the OpenAPI document. */
export function parametersOf(query: new () => object): ApiParameter[] {
  return getMetadataStorage()
    .getTargetValidationMetadatas(query, '', true, false)
    .filter(({ context }) => context !== undefined)
    .map(({ propertyName: name, context }) => ({ name, in: 'query', ...context }));
}

/** Reads a query into its class. @throws InvalidQuery naming all that is wrong with it */
export function queryPipe(expectedType: new () => object): ValidationPipe {
  const names = parametersOf(expectedType).map(({ name }) => name);
  return new QueryPipe(expectedType, `is not known: use ${names.join(', ')}`);
}

class QueryPipe extends ValidationPipe {
  constructor(
    expectedType: new () => object,
    private readonly unknown: string,
  ) {
    super({
      expectedType,
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      exceptionFactory: (errors) =>
        new InvalidQuery(
          errors.map(({ property: field, constraints }) => ({
            field,
            problem: constraints?.parameter ?? unknown,
          })),
        ),
    });
  }

  /** Class-transformer drops names that every object has, before unknown ones are looked for. */
  override async transform(query: object, metadata: ArgumentMetadata): Promise<unknown> {
    const dropped = Object.keys(query).filter((name) => name in Object.prototype);
    if (dropped.length > 0) {
      throw new InvalidQuery(dropped.map((field) => ({ field, problem: this.unknown })));
    }
    return super.transform(query, metadata);
  }
}

/** A parameter that can't be read, with the reason. */
class Unreadable {
  constructor(readonly problem: string) {}
}

/**
 * A parameter that is given once at most; an empty one counts as not given.
 *
 * @param description and schema as the OpenAPI document has them
 */
function Parameter(
  description: string,
  schema: object = TEXT,
  read: (text: string) => unknown = (text) => text,
): PropertyDecorator {
  return applyDecorators(
    IsOptional(),
    Transform(({ value }: { value: unknown }) => {
      if (value === undefined || value === '') return undefined;
      return typeof value === 'string'
        ? read(value)
        : new Unreadable('is given twice: give it once');
    }),
    ValidateBy(
      {
        name: 'parameter',
        validator: {
          validate: (value) => !(value instanceof Unreadable),
          defaultMessage: (given) => (given!.value as Unreadable).problem,
        },
      },
      { context: { description, schema } },
    ),
  );
}

function toStates(text: string): ReadonlySet<string> | Unreadable {
  const states = text.split(',').map((state) => state.trim());
  const wrong = states.filter((state) => !(REQUEST_STATES as readonly string[]).includes(state));
  if (wrong.length === 0) return new Set(states);
  const list = wrong.join(',').slice(0, 100);
  return new Unreadable(`'${list}' is not a state: use ${REQUEST_STATES.join(', ')}`);
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

function toPageSize(text: string): number | Unreadable {
  const size = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  return size >= 1 && size <= MAX_PAGE_SIZE
    ? size
    : new Unreadable(`must be 1 to ${MAX_PAGE_SIZE}`);
}

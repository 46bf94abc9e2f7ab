import { type ArgumentMetadata, ValidationPipe, applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsOptional, ValidateBy, getMetadataStorage } from 'class-validator';
import type { ApiParameter } from '../openapi/api-call.js';
import { InvalidQuery } from './http-errors.js';

export const USUAL_PAGE_SIZE = 100;
const MAX_PAGE_SIZE = 1000;
const TEXT = { type: 'string' };

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
export class Unreadable {
  constructor(readonly problem: string) {}
}

/**
 * A parameter that is given once at most; an empty one counts as not given.
 *
 * @param description and schema as the OpenAPI document has them
 */
export function Parameter(
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
    mustBeReadable({ description, schema }),
  );
}

/** A parameter that may be given several times; empty ones count as not given. @param most of them */
export function Parameters(description: string, most = 1000): PropertyDecorator {
  return applyDecorators(
    IsOptional(),
    Transform(({ value }: { value: unknown }) => {
      if (value === undefined) return undefined;
      const texts = [value].flat().filter((text) => text !== '');
      return texts.length <= most ? texts : new Unreadable(`is given over ${most} times`);
    }),
    mustBeReadable({ description, schema: { type: 'array', items: TEXT } }),
  );
}

/** How many entries of a list are asked for. @param description of the list's page */
export function PageSize(description: string): PropertyDecorator {
  const schema = { type: 'integer', minimum: 1, maximum: MAX_PAGE_SIZE, default: USUAL_PAGE_SIZE };
  return Parameter(description, schema, toPageSize);
}

function mustBeReadable(context: object): PropertyDecorator {
  const validator = {
    validate: (value: unknown) => !(value instanceof Unreadable),
    defaultMessage: (given?: { value: unknown }) => (given!.value as Unreadable).problem,
  };
  return ValidateBy({ name: 'parameter', validator }, { context });
}

/** One or several states, with commas between them. */
export function statesOf<T extends string>(
  states: readonly T[],
  text: string,
): ReadonlySet<T> | Unreadable {
  const given = text.split(',').map((state) => state.trim());
  const wrong = given.filter((state) => !(states as readonly string[]).includes(state));
  if (wrong.length === 0) return new Set(given as T[]);
  const list = wrong.join(',').slice(0, 100);
  return new Unreadable(`'${list}' is not a state: use ${states.join(', ')}`);
}

function toPageSize(text: string): number | Unreadable {
  const size = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  return size >= 1 && size <= MAX_PAGE_SIZE
    ? size
    : new Unreadable(`must be 1 to ${MAX_PAGE_SIZE}`);
}

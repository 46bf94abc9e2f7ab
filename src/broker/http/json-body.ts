import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { withoutTime } from '../../audit/trail-line.js';
import { parseExactJson } from '../../request/exact-json.js';
import { parsePythonJson } from '../../request/parse-python-json.js';
import { widthProblem } from '../../request/json-width.js';
import { TooManyValues } from '../../request/errors.js';
import { TOO_DEEP, isTooDeep } from '../../request/nesting.js';
import { MalformedJson, NotDeclaredJson } from './http-errors.js';

/** The call's body as the JSON value that it is, numbers as they came. Fails with NotDeclaredJson or MalformedJson. */
export const JsonBody = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  jsonOf(context.switchToHttp().getRequest<Request>(), JSON_IN_UTF8, (text) => text),
);

/**
 * The same of a call that may have no body, as Python's clients write it, {@link parsePythonJson}; undefined
 * without one, whatever it is declared as.
 */
export const OptionalJsonBody = createParamDecorator(
  (_data: unknown, context: ExecutionContext) => {
    const request = context.switchToHttp().getRequest<Request>();
    return (request.body as Buffer).length === 0
      ? undefined
      : jsonOf(request, JSON_IN_UTF8, (text) => text, parsePythonJson);
  },
);

/** The same of a line of a trail or an `.err` file, or of the JSON in it, declared as JSON or as text. */
export const TrailLineBody = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  jsonOf(context.switchToHttp().getRequest<Request>(), TEXT_IN_UTF8, withoutTime),
);

const JSON_IN_UTF8 = /^application\/json\s*(;\s*charset\s*=\s*"?utf-?8"?\s*)?;?\s*$/i;
const TEXT_IN_UTF8 = /^(application\/json|text\/plain)\s*(;\s*charset\s*=\s*"?utf-?8"?\s*)?;?\s*$/i;

function jsonOf(
  request: Request,
  declared: RegExp,
  jsonIn: (text: string) => string,
  read: (text: string, parse: (text: string) => unknown) => unknown = (text, parse) => parse(text),
): unknown {
  const contentType = request.headers['content-type'];
  const encoding = request.headers['content-encoding'];
  if (!contentType || !declared.test(contentType)) throw new NotDeclaredJson(contentType);
  if (encoding && encoding !== 'identity') throw new NotDeclaredJson(`${contentType}, ${encoding}`);
  const text = orMalformed(() =>
    jsonIn(new TextDecoder('utf-8', { fatal: true }).decode(request.body as Buffer)),
  );
  const tooWide = widthProblem(text);
  if (tooWide !== undefined) throw new TooManyValues('The body', tooWide);
  const value = orMalformed((): unknown => read(text, JSON.parse));
  if (isTooDeep(value)) throw new MalformedJson(`it ${TOO_DEEP}`);
  return read(text, parseExactJson);
}

function orMalformed<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new MalformedJson((error as Error).message);
  }
}

import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { parseExactJson } from '../../request/exact-json.js';
import { TOO_DEEP, isTooDeep } from '../../request/nesting.js';
import { MalformedJson, NotDeclaredJson } from './http-errors.js';

/** The call's body as the JSON value that it is, numbers as they came. Fails with NotDeclaredJson or MalformedJson. */
export const JsonBody = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  jsonOf(context.switchToHttp().getRequest<Request>()),
);

const JSON_IN_UTF8 = /^application\/json\s*(;\s*charset\s*=\s*"?utf-?8"?\s*)?;?\s*$/i;

function jsonOf(request: Request): unknown {
  const contentType = request.headers['content-type'];
  const encoding = request.headers['content-encoding'];
  if (!contentType || !JSON_IN_UTF8.test(contentType)) throw new NotDeclaredJson(contentType);
  if (encoding && encoding !== 'identity') throw new NotDeclaredJson(`${contentType}, ${encoding}`);
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(request.body as Buffer);
    value = JSON.parse(text);
  } catch (error) {
    throw new MalformedJson((error as Error).message);
  }
  if (isTooDeep(value)) throw new MalformedJson(`it ${TOO_DEEP}`);
  return parseExactJson(text);
}

import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { parseExactJson } from '../../request/exact-json.js';
import { MalformedJson, NotDeclaredJson } from './http-errors.js';

/** The call's body as the JSON value that it is, numbers as they came. Fails with NotDeclaredJson or MalformedJson. */
export const JsonBody = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  jsonOf(context.switchToHttp().getRequest<Request>()),
);

const JSON_IN_UTF8 = /^application\/json\s*(;\s*charset\s*=\s*"?utf-?8"?\s*)?;?\s*$/i;
const DEEPEST = 100;

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
  if (isDeeperThan(DEEPEST, value)) {
    throw new MalformedJson(`it is nested more than ${DEEPEST} levels deep`);
  }
  return parseExactJson(text);
}

// What is nested deeper than the stack would bring down whoever walks through it.
function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(levels - 1, inner));
}

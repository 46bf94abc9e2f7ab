import type { IncomingHttpHeaders } from 'node:http';
import type { RequestHandler } from 'express';
import { UnexpectedHost } from './http-errors.js';
import type { OwnNames } from './own-names.js';

const CHANGING: ReadonlySet<string> = new Set(['POST', 'PUT', 'DELETE']);

/**
 * Refuses calls under a name that is not the broker's. Another site could point its own name at
 * this machine, and a browser would then take the broker for a part of that site.
 *
 * A call without the header comes from no browser. Nor does a POST, PUT or DELETE that names no page: with
 * these browsers always send `Origin`.
 */
export function hostCheck(names: OwnNames): RequestHandler {
  return async (request, _response, next) => {
    const { method, headers } = request;
    const { host } = headers;
    const isExpected =
      host === undefined ||
      (CHANGING.has(method) && !namesPage(headers)) ||
      (await names.has(hostOf(host)));
    next(isExpected ? undefined : new UnexpectedHost(host));
  };
}

function namesPage(headers: IncomingHttpHeaders): boolean {
  if (headers.origin !== undefined || headers.referer !== undefined) return true;
  return Object.keys(headers).some((name) => name.startsWith('sec-fetch-'));
}

function hostOf(header: string): string {
  const [, bracketed, plain] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/.exec(header) ?? [];
  return bracketed ?? plain ?? header;
}

import { isIP } from 'node:net';
import type { RequestHandler } from 'express';
import { UnexpectedHost } from './http-errors.js';

/**
 * Refuses calls under a name that is not the broker's. Another site could point its own name at
 * this machine, and a browser would then take the broker for a part of that site.
 *
 * Nobody else can own an address, `localhost` or a name without a dot. A call without the header
 * comes from no browser.
 *
 * @param names further names of the broker's own, in lower case
 */
export function expectedHost(names: ReadonlySet<string>): RequestHandler {
  return (request, _response, next) => {
    const { host } = request.headers;
    next(
      host === undefined || isExpected(hostOf(host), names) ? undefined : new UnexpectedHost(host),
    );
  };
}

function isExpected(host: string, own: ReadonlySet<string>): boolean {
  if (isIP(host) || own.has(host)) return true;
  return /^[^.]*$/.test(host) || host.endsWith('.localhost');
}

function hostOf(header: string): string {
  const [, bracketed, plain] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/.exec(header) ?? [];
  return (bracketed ?? plain ?? header).toLowerCase().replace(/\.$/, '');
}

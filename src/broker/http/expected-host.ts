import { isIP } from 'node:net';
import { hostname } from 'node:os';
import type { RequestHandler } from 'express';
import { UnexpectedHost } from './http-errors.js';

/**
 * Refuses calls under a name that is not the broker's. Another site could point its own name at
 * this machine, and a browser would then take the broker for a part of that site.
 *
 * Nobody else can own an address, `localhost`, a name without a dot, this machine's own name or the
 * one that the broker was told to listen on. A call without the header comes from no browser.
 */
export function expectedHost(restHost: string): RequestHandler {
  const own = new Set([hostname(), restHost].map((name) => name.toLowerCase()));
  return (request, _response, next) => {
    const { host } = request.headers;
    next(
      host === undefined || isExpected(hostOf(host), own) ? undefined : new UnexpectedHost(host),
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

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** Nothing may frame a page, and other sites can't use what is here. */
const FRAMED_BY_NOBODY = {
  frameAncestors: ["'none'"],
  baseUri: ["'none'"],
  formAction: ["'none'"],
};

/** Of every reply, those included that never get as far as a handler. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  ...headersOf({ ...FRAMED_BY_NOBODY, defaultSrc: ["'none'"] }),
  'Cache-Control': 'no-store',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
};

/** Replaces some of them for Swagger UI, which has styles in its page and images in its styles. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  ...headersOf({
    ...FRAMED_BY_NOBODY,
    defaultSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:'],
  }),
  'Cache-Control': 'no-cache',
};

/** Replaces some of them for the page for people: all of it is its own files. */
export const OWN_PAGE_HEADERS: Readonly<Record<string, string>> = {
  ...headersOf({
    ...FRAMED_BY_NOBODY,
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'", 'data:', 'blob:'],
    fontSrc: ["'self'"],
    connectSrc: ["'self'"],
    workerSrc: ["'self'", 'blob:'],
  }),
  'Cache-Control': 'no-cache',
};

/** Puts headers on a reply; those of every reply by default. */
export function setHeaders(response: ServerResponse, headers = SECURITY_HEADERS): void {
  for (const name in headers) response.setHeader(name, headers[name]);
}

export const securityHeaders: RequestHandler = (_request, response, next) => {
  setHeaders(response);
  next();
};

/** They are the same for each call, so helmet is asked once. */
function headersOf(directives: Record<string, string[]>): Record<string, string> {
  const headers: Record<string, string> = {};
  const response = {
    setHeader: (name: string, value: string) => (headers[name] = value),
    removeHeader: () => undefined,
  };
  helmet({
    contentSecurityPolicy: { useDefaults: false, directives },
    frameguard: { action: 'deny' },
    // Not `no-referrer`: by its Referer the broker tells its own page from those of other sites.
    referrerPolicy: { policy: 'same-origin' },
    // Behind a proxy with TLS it would hold for the whole machine, whose other ports have none.
    strictTransportSecurity: false,
  })({} as IncomingMessage, response as unknown as ServerResponse, () => undefined);
  return headers;
}

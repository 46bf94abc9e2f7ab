import type { NextFunction, Request, Response } from 'express';
import { OtherSite } from './errors.js';

const OWN_NAME = /^(127\.0\.0\.1|localhost)(:\d+)?$/i;
const OWN_SITES: ReadonlySet<string> = new Set(['same-origin', 'none']);

/**
 * Refuses calls that a page of another site has a browser make. It could not read the replies, unless its own
 * name were made to lead to this machine; but it could have a reply of any size made.
 */
export function ownBrowser(request: Request, _response: Response, next: NextFunction): void {
  const { host, 'sec-fetch-site': site } = request.headers;
  const isOwnName = host === undefined || OWN_NAME.test(host);
  // A link from elsewhere may lead to the page.
  const isPage = !request.path.startsWith('/files');
  const isOwnSite = isPage || typeof site !== 'string' || OWN_SITES.has(site);
  next(isOwnName && isOwnSite ? undefined : new OtherSite());
}

import type { IncomingHttpHeaders } from 'node:http';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { CrossSiteCall } from './http-errors.js';

/**
 * Refuses a call that a page of another web site made a browser send, where the browser says so.
 *
 * @returns whether the browser says that the page is the broker's own
 * @throws CrossSiteCall
 */
export function refuseOtherSites(headers: IncomingHttpHeaders): boolean {
  const { origin, referer, host, 'sec-fetch-site': site } = headers;
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    throw new CrossSiteCall(origin ?? referer ?? site);
  }
  const pages = [origin, referer].filter((page) => page !== undefined);
  const foreign = pages.find((page) => hostOf(page) !== hostOf(`http://${host}`));
  if (foreign !== undefined) throw new CrossSiteCall(foreign);
  return site !== undefined || pages.length > 0;
}

/** Guards calls that change nothing, and take work that other sites should not be able to start. */
@Injectable()
export class OwnPagesGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    refuseOtherSites(context.switchToHttp().getRequest<Request>().headers);
    return true;
  }
}

/** Host and port; undefined where the text is not a URL, such as the origin `null`. */
function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).host : undefined;
}

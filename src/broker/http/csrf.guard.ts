import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { CallRate } from './call-rate.js';
import { CrossSiteCall, WrongMethod } from './http-errors.js';

/**
 * Guards calls that change something: no other web site may make a browser send them, and a HEAD
 * request, which is sent to look, must not act as the GET that it looks at. Nor may one address send
 * them without end.
 */
@Injectable()
export class CsrfGuard implements CanActivate {
  constructor(private readonly rate: CallRate) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    if (request.method === 'HEAD') throw new WrongMethod('HEAD', request.path, ['GET']);
    const { origin, referer, host, 'sec-fetch-site': site } = request.headers;
    if (site !== undefined && site !== 'same-origin' && site !== 'none') {
      throw new CrossSiteCall(origin ?? referer ?? site);
    }
    const pages = [origin, referer].filter((page) => page !== undefined);
    const foreign = pages.find((page) => hostOf(page) !== hostOf(`http://${host}`));
    if (foreign !== undefined) throw new CrossSiteCall(foreign);
    const proven = site !== undefined || pages.length > 0;
    if (!proven && isPlainGetOfBrowser(request)) throw new CrossSiteCall(undefined);
    await this.rate.count(request.socket.remoteAddress ?? '');
    return true;
  }
}

/**
 * Over plain http to another machine a browser sends neither Sec-Fetch-Site nor, with the GET of an
 * image or a link, an Origin, and a page can keep back the Referer. All other methods carry Origin.
 */
function isPlainGetOfBrowser({ method, headers }: Request): boolean {
  return method === 'GET' && (headers['user-agent'] ?? '').startsWith('Mozilla/');
}

/** Host and port; undefined where the text is not a URL, such as the origin `null`. */
function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).host : undefined;
}

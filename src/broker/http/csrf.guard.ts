import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { CallRate } from './call-rate.js';
import { ClientAddress } from './client-address.js';
import { CrossSiteCall, WrongMethod } from './http-errors.js';
import { refuseOtherSites } from './other-sites.js';

/**
 * Guards calls that change something: no other web site may make a browser send them, and a HEAD
 * request, which is sent to look, must not act as the GET that it looks at. Nor may one address send
 * them without end.
 */
@Injectable()
export class CsrfGuard implements CanActivate {
  constructor(
    private readonly rate: CallRate,
    private readonly clientAddress: ClientAddress,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    if (request.method === 'HEAD') throw new WrongMethod('HEAD', request.path, ['GET']);
    const proven = refuseOtherSites(request.headers);
    if (!proven && isPlainGetOfBrowser(request)) throw new CrossSiteCall(undefined);
    await this.rate.count(this.clientAddress.of(request));
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

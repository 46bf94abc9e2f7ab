import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { CrossSiteCall, WrongMethod } from './http-errors.js';

/**
 * Guards calls that change something: no other web site may make a browser send them, and a HEAD
 * request, which is sent to look, must not act as the GET that it looks at.
 */
@Injectable()
export class StateChangeGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    if (request.method === 'HEAD') throw new WrongMethod('HEAD', request.path, ['GET']);
    const { origin, host, 'sec-fetch-site': site } = request.headers;
    if (site !== undefined && site !== 'same-origin' && site !== 'none') {
      throw new CrossSiteCall(origin ?? site);
    }
    if (origin !== undefined && hostOf(origin) !== hostOf(`http://${host}`)) {
      throw new CrossSiteCall(origin);
    }
    return true;
  }
}

/** Host and port, undefined for what is no URL, as the origin `null`. */
function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).host : undefined;
}

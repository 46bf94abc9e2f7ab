import type { RequestHandler } from 'express';

const ABSOLUTE = /^https?:\/\/([^/?]*)/i;

/**
 * Takes `//start_pulse_id/5` for `/start_pulse_id/5`: configured base URLs may end in `/`. And
 * `http://host/status`, which counts more than the header Host, for `/status`.
 */
export const normalizePath: RequestHandler = (request, _response, next) => {
  if (request.url.includes('//')) tidy(request);
  next();
};

function tidy(request: Parameters<RequestHandler>[0]): void {
  const host = ABSOLUTE.exec(request.url)?.[1];
  if (host) {
    request.headers.host = host;
    request.url = request.url.replace(ABSOLUTE, '') || '/';
  }
  const [path, ...query] = request.url.split('?');
  if (path.startsWith('/')) request.url = [path.replaceAll(/\/{2,}/g, '/'), ...query].join('?');
}

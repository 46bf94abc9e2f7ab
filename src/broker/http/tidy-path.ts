import type { RequestHandler } from 'express';

/** Takes `//start_pulse_id/5` for `/start_pulse_id/5`: configured base URLs may end in `/`. */
export const tidyPath: RequestHandler = (request, _response, next) => {
  const [path, ...query] = request.url.split('?');
  if (path.startsWith('/')) request.url = [path.replaceAll(/\/{2,}/g, '/'), ...query].join('?');
  next();
};

import type { RequestHandler } from 'express';
import type { Routes } from './routes.js';

/** Takes a POST for the GET that the beamlines' clients may mean: some send no GET with a body. */
export function readByPost(routes: Routes): RequestHandler {
  return (request, _response, next) => {
    if (request.method === 'POST' && routes.isClientForm(request.path)) {
      const allowed = routes.allowedMethods(request.path);
      if (!allowed.includes('POST') && allowed.includes('GET')) request.method = 'GET';
    }
    next();
  };
}

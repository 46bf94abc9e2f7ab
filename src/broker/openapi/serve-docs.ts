import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Express, NextFunction, Request, Response } from 'express';
import { WrongMethod } from '../http/http-errors.js';
import { PAGE_HEADERS, setHeaders } from '../../http/security-headers.js';

const PAGES = ['/docs', '/docs-json', '/docs-yaml'];

/**
 * Swagger UI at `/docs`, the OpenAPI document at `/docs-json`. They are loaded when somebody first
 * asks: Swagger is a quarter of all files that a broker would have to load before its first answer.
 */
export function serveDocs(app: NestExpressApplication): void {
  let loading: Promise<Express> | undefined;
  const serve = async (request: Request, response: Response, next: NextFunction) => {
    loading ??= import('./docs.js').then(({ docsOf }) => docsOf(app));
    const docs = await loading;
    setHeaders(response, PAGE_HEADERS);
    docs(request, response, next);
  };
  const express: Express = app.getHttpAdapter().getInstance();
  express.get(PAGES, serve);
  express.all(PAGES, ({ method, path }: Request) => {
    throw new WrongMethod(method, path, ['GET']);
  });
  // Files of the pages. Any other path goes on, to be answered as unknown.
  express.use(async (request: Request, response: Response, next: NextFunction) => {
    if (request.path.startsWith('/docs/')) await serve(request, response, next);
    else next();
  });
}

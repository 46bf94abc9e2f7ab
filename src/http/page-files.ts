import { existsSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Express, NextFunction, Request, Response } from 'express';
import { OWN_PAGE_HEADERS, setHeaders } from './security-headers.js';

/** Where the page's files are, once it is built. */
export const PAGE_FOLDER = fileURLToPath(new URL('../page/', import.meta.url));

/** Names of these files have a hash of what is in them. */
const HASHED = 'assets';

/**
 * Serves a page at `/` to whoever asks for HTML, and its files below `/page/`. Other calls go on to the next
 * handler, and so do all where the page is not built.
 *
 * @param entry the name of the page's HTML file
 */
export function servePage(
  app: NestExpressApplication,
  entry: 'index.html' | 'view.html',
  folder = PAGE_FOLDER,
): void {
  if (!existsSync(join(folder, entry))) return;
  const express: Express = app.getHttpAdapter().getInstance();
  express.get('/', (request: Request, response: Response, next: NextFunction) => {
    response.vary('Accept');
    if (!wantsHtml(request)) {
      next();
      return;
    }
    setHeaders(response, OWN_PAGE_HEADERS);
    // By its folder: of a whole path any part that begins with a dot, as in ~/.nvm, would count as hidden.
    response.sendFile(entry, { root: folder, cacheControl: false, lastModified: false });
  });
  app.useStaticAssets(folder, {
    prefix: '/page/',
    index: false,
    redirect: false,
    dotfiles: 'ignore',
    lastModified: false,
    setHeaders: (response: ServerResponse, path: string) => {
      setHeaders(response, OWN_PAGE_HEADERS);
      if (path.startsWith(join(folder, HASHED))) {
        response.setHeader('Cache-Control', 'public, max-age=31536000, immutable');
      }
    },
  });
}

/** Programs that take anything, or would rather have JSON, get what they always got. */
function wantsHtml(request: Request): boolean {
  const namesIt = /\btext\/html\b/.test(request.headers.accept ?? '');
  return namesIt && request.accepts(['html', 'json']) === 'html';
}

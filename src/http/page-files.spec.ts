import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { servePage } from './page-files.js';

class Nothing {}

const HTML = { headers: { Accept: 'text/html' } };

let temporary: string;
let app: NestExpressApplication;

beforeEach(async () => {
  temporary = mkdtempSync(join(tmpdir(), 'page-'));
  app = await NestFactory.create<NestExpressApplication>(
    { module: Nothing },
    { logger: false, abortOnError: false },
  );
});

afterEach(async () => {
  await app.close();
  rmSync(temporary, { recursive: true });
});

describe('the page', () => {
  it('is served wherever it is installed, also below a folder whose name begins with a dot', async () => {
    const folder = join(temporary, '.npm', 'page');
    mkdirSync(join(folder, 'assets'), { recursive: true });
    writeFileSync(join(folder, 'index.html'), '<p>here');
    writeFileSync(join(folder, 'assets', 'a-1.js'), 'run()');
    servePage(app, 'index.html', folder);
    await app.listen(0, '127.0.0.1');
    const url = await app.getUrl();
    const page = await fetch(url, HTML);
    expect(await page.text()).toBe('<p>here');
    expect(page.headers.get('etag')).toMatch(/./);
    expect(await (await fetch(`${url}/page/assets/a-1.js`)).text()).toBe('run()');
  });

  it('is left out where it was not built', async () => {
    servePage(app, 'index.html', join(temporary, 'none'));
    await app.listen(0, '127.0.0.1');
    expect((await fetch(await app.getUrl(), HTML)).status).toBe(404);
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Beamline } from './support/beamline.js';

const HTML = { Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };

let beamline: Beamline;

beforeEach(async () => {
  beamline = await Beamline.prepare();
});

afterEach(() => beamline.clear());

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${beamline.url}${path}`, { headers });

describe('the page', () => {
  it('is served to those who ask for HTML, with all that it loads, and nothing from elsewhere', async () => {
    await beamline.broker();
    const page = await get('/', HTML);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    expect(page.headers.get('vary')).toContain('Accept');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const policy = page.headers.get('content-security-policy')!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/https?:|unsafe|\*/);
    const html = await page.text();
    expect(html).not.toMatch(/https?:|<style| style=| on[a-z]+=|<script(?![^>]* src=)/);
    const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path);
    expect(files.length).toBeGreaterThan(2);
    for (const file of files) {
      expect(file).toMatch(/^\/page\//);
      const { status, headers } = await get(file);
      expect(status).toBe(200);
      if (file.includes('/assets/')) expect(headers.get('cache-control')).toContain('immutable');
    }
  });

  it('leaves their reply to those who ask for something else, or have no preference', async () => {
    await beamline.broker();
    for (const accept of [
      undefined,
      '*/*',
      'application/json',
      'text/html;q=0, */*',
      'application/json, text/html;q=0.5',
    ]) {
      const reply = await get('/', accept === undefined ? {} : { Accept: accept });
      expect({ accept, status: reply.status }).toEqual({ accept, status: 404 });
      expect(await reply.json()).toMatchObject({ state: 'error' });
    }
  });

  it('has no other files than its own', async () => {
    await beamline.broker();
    for (const path of [
      '/page/',
      '/page/nothing.js',
      '/page/../cli/main.js',
      '/page/%2e%2e/build.txt',
    ]) {
      expect((await get(path, HTML)).status).toBe(404);
    }
    expect((await get('/status', HTML)).headers.get('content-type')).toMatch(/json/);
  });

  it('is not there with --page off', async () => {
    await beamline.broker('--page', 'off');
    for (const path of ['/', '/page/index.html', '/files/meta?file=a.h5']) {
      expect((await get(path, HTML)).status).toBe(404);
    }
  });
});

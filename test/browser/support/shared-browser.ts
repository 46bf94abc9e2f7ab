import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the browser is that all specs open pages in; undefined where none is installed. */
    browserEndpoint: string | undefined;
  }
}

const PLACES = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser'];

const FLAGS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // H5Web draws by WebGL; without a graphics card it is computed.
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
];

/** One browser for all specs of a run; each page has a profile of its own. */
export default async function startBrowser(
  project: TestProject,
): Promise<(() => Promise<void>) | undefined> {
  const executablePath = PLACES.find((place) => place && existsSync(place));
  if (!executablePath) {
    console.warn('No Chromium: the specs in a browser are skipped. Install it, or set CHROMIUM.');
    project.provide('browserEndpoint', undefined);
    return undefined;
  }
  const server = await chromium.launchServer({ executablePath, args: FLAGS });
  project.provide('browserEndpoint', server.wsEndpoint());
  return () => server.close();
}

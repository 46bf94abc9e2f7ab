import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, type Page, chromium } from 'playwright-core';
import { afterAll, afterEach, describe, inject } from 'vitest';

const AXE = fileURLToPath(new URL('../../../node_modules/axe-core/axe.min.js', import.meta.url));

/** A machine that does much else takes long; a test's own time limit is a little longer. */
const PATIENCE_MS = 150_000;

/** Messages of the browser itself, where a broker is away. */
const EXPECTED =
  /Failed to load resource|Unable to preload CSS|dynamically imported module|ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING/;

let browser: Promise<Browser> | undefined;
const opened: Page[] = [];
const complaints: string[] = [];

/**
 * Specs that need a browser; they are skipped where there is none. After each, its pages are closed: all files
 * share this module, so hooks of its own would be those of the first file alone.
 */
export function describeInBrowser(name: string, specs: () => void): void {
  const describeIf = inject('browserEndpoint') ? describe : describe.skip;
  describeIf(name, () => {
    afterEach(closePages);
    afterAll(disconnect);
    specs();
  });
}

async function closePages(): Promise<void> {
  for (const page of opened.splice(0)) await page.context().close();
  const said = complaints.splice(0);
  if (said.length > 0) throw new Error(`The page complained:\n${said.join('\n')}`);
}

async function disconnect(): Promise<void> {
  await (await browser)?.close();
  browser = undefined;
}

/** A page in a profile of its own. What it complains of, the policy against foreign content included, fails the test. */
export async function openPage(url: string, options: BrowserContextOptions = {}): Promise<Page> {
  browser ??= chromium.connect(inject('browserEndpoint')!);
  const context = await (
    await browser
  ).newContext({ viewport: { width: 1440, height: 900 }, ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  opened.push(page);
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    const text = message.text();
    if (message.type() === 'error' && !EXPECTED.test(text)) complaints.push(text);
  });
  await page.goto(url);
  return page;
}

/** What axe finds wrong with a page as it is, in words. The page has to be opened with `bypassCSP`. */
export async function findingsOf(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: AXE });
  const violations = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: Violation[] }> };
    };
    return (await axe.run()).violations;
  });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`),
  );
}

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

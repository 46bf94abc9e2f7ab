import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { acquire, parametersFor } from '../support/detector.js';
import { Beamline } from '../support/beamline.js';
import { describeInBrowser, openPage } from './support/browser-page.js';

const FIRST = 21_767_262_480;

let beamline: Beamline;

beforeEach(async () => {
  beamline = await Beamline.prepare();
  await beamline.broker();
  await beamline.writer();
});

afterEach(() => beamline.clear());

const run = (file: string, channel = 'SIMULATOR-SCALAR-FLOAT64-1') =>
  acquire(beamline.url, parametersFor(file, [channel]), FIRST, FIRST + 99);

/** What has the focus, as a screen reader names it. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const { activeElement } = (globalThis as unknown as { document: FocusedDocument }).document;
    return activeElement?.getAttribute('aria-label') ?? activeElement?.textContent?.trim() ?? '';
  });

interface FocusedDocument {
  readonly activeElement: {
    readonly textContent: string | null;
    getAttribute(name: string): string | null;
  } | null;
}

/** The link of a request in the list. */
const link = (page: Page, name: string) =>
  page.getByRole('table').getByRole('link', { name, exact: true });

async function openList(names: readonly string[]): Promise<Page> {
  const page = await openPage(beamline.url);
  for (const name of names) await link(page, name).waitFor();
  return page;
}

describeInBrowser('the page by keyboard alone', () => {
  it('goes through the list by arrow keys, opens a request, and comes back to it', async () => {
    for (const name of ['a.h5', 'b.h5', 'c.h5']) await run(name);
    const page = await openList(['a.h5', 'b.h5', 'c.h5']);
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Skip to the requests');
    await page.keyboard.press('Enter');
    for (let tabs = 0; (await focused(page)) !== 'c.h5'; tabs++) {
      expect(tabs, 'the list comes after few tabs').toBeLessThan(15);
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('ArrowDown');
    expect(await focused(page)).toBe('b.h5');
    await page.keyboard.press('End');
    expect(await focused(page)).toBe('a.h5');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    expect(await focused(page)).toBe('b.h5');

    await page.keyboard.press('Enter');
    await page.getByRole('complementary', { name: 'Request' }).waitFor();
    expect(await focused(page)).toBe('Request');
    expect(page.url()).toContain('#/requests/');
    await page.keyboard.press('Escape');
    await page.getByRole('complementary').waitFor({ state: 'detached' });
    expect(await focused(page)).toBe('b.h5');
  });

  it('searches after a slash, and all are there again after Esc', async () => {
    for (const name of ['a.h5', 'b.h5']) await run(name);
    const page = await openList(['a.h5', 'b.h5']);
    await page.keyboard.press('/');
    await page.keyboard.type('b.h5');
    await link(page, 'a.h5').waitFor({ state: 'detached' });
    expect(await page.getByLabel('Search by file or id').inputValue()).toBe('b.h5');
    await page.keyboard.press('Escape');
    await link(page, 'a.h5').waitFor();
  });

  it('acquires again from the row', async () => {
    await run('bad.h5', 'SIMULATOR-FAULT-HTTP-400-1-keyboard');
    const page = await openList(['bad.h5']);
    await page.getByRole('cell', { name: 'failed', exact: true }).waitFor();
    await link(page, 'bad.h5').focus();
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Acquire again: bad.h5');
    await page.keyboard.press('Enter');
    await page.getByRole('cell', { name: 'written', exact: true }).waitFor();
  });

  it('switches the colours, and keeps the choice', async () => {
    const page = await openPage(beamline.url, { colorScheme: 'light' });
    const theme = () => page.locator('html').getAttribute('data-theme');
    expect(await theme()).toBe('light');
    await page.getByRole('button', { name: 'Use dark colours' }).focus();
    await page.keyboard.press('Enter');
    expect(await theme()).toBe('dark');
    await page.reload();
    await page.getByRole('button', { name: 'Use light colours' }).waitFor();
    expect(await theme()).toBe('dark');
  });
});

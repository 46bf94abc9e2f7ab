import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { acquire, call, parametersFor } from '../support/detector.js';
import { Beamline } from '../support/beamline.js';
import { poll } from '../support/poll.js';
import { describeInBrowser, findingsOf, openPage } from './support/browser-page.js';

const FIRST = 21_767_262_480;
const SCALAR = 'SIMULATOR-SCALAR-FLOAT64-1';
const PHONE = { viewport: { width: 390, height: 844 } };

let beamline: Beamline;
/** A written request and its file. */
let written: { id: string; file: string };

beforeAll(async () => {
  beamline = await Beamline.prepare();
  await beamline.broker();
  await beamline.writer();
  const long = 'a_run_with_a_name_that_is_longer_than_any_column_can_be_0001';
  for (const [file, channels] of [
    ['whole.h5', [SCALAR]],
    [`${long}.h5`, [SCALAR, 'NOBODY-KNOWS:THIS', 'NOR-THIS:ONE']],
    ['failed.h5', ['SIMULATOR-FAULT-HTTP-400-1000-looks']],
    ['healing.h5', ['SIMULATOR-FAULT-HTTP-500-1000-looks']],
  ] as const) {
    await acquire(beamline.url, parametersFor(file, channels), FIRST, FIRST + 99);
  }
  await call('POST', `${beamline.url}/parameters`, parametersFor('run_0042.h5', [SCALAR]));
  await call('PUT', `${beamline.url}/start_pulse_id/${FIRST}`);
  written = await poll(async () => {
    const { json } = await call('GET', `${beamline.url}/requests?state=written&search=whole`);
    const [head] = json.requests as { request_id: string; output_file: string }[];
    return head && { id: head.request_id, file: head.output_file };
  });
});

afterAll(() => beamline.clear());

/** All views, and what has to be there before one looks. */
const views = (): readonly [address: string, ready: (page: Page) => Promise<unknown>][] => [
  ['#/', (page) => page.getByText('NOBODY-KNOWS:THIS').waitFor()],
  ['#/?search=nothing', (page) => page.getByText('No matching requests').waitFor()],
  [`#/requests/${written.id}`, (page) => inPanel(page).getByText('whole.h5').first().waitFor()],
  ['#/acquire', (page) => inPanel(page).getByRole('button').first().waitFor()],
];

const inPanel = (page: Page) => page.getByRole('complementary');

const widthOf = (page: Page) => page.locator('html').evaluate(({ scrollWidth }) => scrollWidth);

describeInBrowser('how the page looks', () => {
  it.each(['light', 'dark'] as const)(
    'axe finds nothing in any view, in %s colours',
    async (theme) => {
      for (const [address, ready] of views()) {
        const page = await openPage(`${beamline.url}/${address}`, {
          colorScheme: theme,
          bypassCSP: true,
        });
        await ready(page);
        expect(await page.locator('html').getAttribute('data-theme')).toBe(theme);
        expect(await findingsOf(page), address).toEqual([]);
      }
    },
  );

  it('axe finds nothing on a phone, nor where the broker is gone', async () => {
    for (const [address, ready] of views()) {
      const page = await openPage(`${beamline.url}/${address}`, { ...PHONE, bypassCSP: true });
      await ready(page);
      expect(await findingsOf(page), address).toEqual([]);
    }
    const page = await openPage(beamline.url, { bypassCSP: true });
    await page.getByText('NOBODY-KNOWS:THIS').waitFor();
    await page.context().setOffline(true);
    await page.getByText('No connection to the broker since').waitFor();
    expect(await findingsOf(page)).toEqual([]);
  });

  it('is no wider than a phone', async () => {
    for (const [address, ready] of views()) {
      const page = await openPage(`${beamline.url}/${address}`, PHONE);
      await ready(page);
      expect(await widthOf(page), address).toBe(390);
    }
  });

  it('is no wider than a small window', async () => {
    for (const width of [760, 1024, 1320]) {
      const page = await openPage(beamline.url, { viewport: { width, height: 800 } });
      await page.getByText('NOBODY-KNOWS:THIS').waitFor();
      expect(await widthOf(page)).toBe(width);
    }
  });
});

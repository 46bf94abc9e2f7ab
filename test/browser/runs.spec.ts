import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Beamline } from '../support/beamline.js';
import { call } from '../support/detector.js';
import { describeInBrowser, findingsOf, openPage } from './support/browser-page.js';

const FIRST = 21_767_262_480;
const SCALAR = 'SIMULATOR-SCALAR-FLOAT64-1';
const UNKNOWN = 'NOBODY-KNOWS:THIS';
const PHONE = { viewport: { width: 390, height: 844 } };
const PGROUP = 'p12345';

let beamline: Beamline;

beforeAll(async () => {
  beamline = await Beamline.prepare();
  await beamline.broker(...beamline.pgroups(PGROUP));
  await beamline.writer('--retries', '0');
  await retrieve({ channels_list: [SCALAR, UNKNOWN], pv_list: ['A-PV'] });
  await retrieve({ channels_list: [SCALAR], run_number: 1, user_tag: 'second' });
  await retrieve({ channels_list: ['SIMULATOR-FAULT-HTTP-400-1-runs'] });
  for (const run of [1, 2]) await call('GET', `${beamline.url}/runs/${PGROUP}/${run}/wait`);
});

afterAll(() => beamline.clear());

async function retrieve(what: object): Promise<void> {
  const range = { start_pulseid: FIRST, stop_pulseid: FIRST + 99 };
  const body = { pgroup: PGROUP, ...range, ...what };
  const { json, text } = await call('POST', `${beamline.url}/retrieve_from_buffers`, body);
  if (json.status !== 'ok') throw new Error(text);
}

const panel = (page: Page) => page.getByRole('complementary', { name: /^Runs?$/ });

const acquisition = (page: Page, number: number) =>
  panel(page).getByRole('region', { name: `Acquisition ${number}`, exact: true });

const openRun = (run: number, options = {}) =>
  openPage(`${beamline.url}/#/runs/${PGROUP}/${run}`, options);

describeInBrowser('runs', () => {
  it('finds a run by way of its pgroup', async () => {
    const page = await openPage(beamline.url);
    await page.getByRole('link', { name: 'Runs', exact: true }).click();
    await panel(page).getByRole('link', { name: PGROUP }).press('Enter');
    const runs = panel(page).getByRole('listitem');
    await runs.nth(1).waitFor();
    await panel(page).locator('h2:focus').waitFor();
    expect(await runs.nth(0).textContent()).toContain('Run 2');
    expect(await runs.nth(1).textContent()).toContain('2 acquisitions');
    await panel(page)
      .getByRole('link', { name: /^Run 1/ })
      .click();
    await acquisition(page, 2).waitFor();
    expect(new URL(page.url()).hash).toBe(`#/runs/${PGROUP}/1?beamline=simulator`);
  });

  it('shows runs of any pgroup, and says what is wrong with its name', async () => {
    const page = await openPage(`${beamline.url}/#/runs`);
    await panel(page).getByRole('searchbox', { name: 'Pgroup' }).fill(PGROUP);
    await page.keyboard.press('Enter');
    await panel(page)
      .getByRole('link', { name: /^Run 2/ })
      .waitFor();
    await panel(page).getByRole('searchbox', { name: 'Pgroup' }).fill('p99999');
    await page.keyboard.press('Enter');
    await panel(page).getByRole('alert').getByText('p99999').waitFor();
  });

  it('shows each acquisition with its files, what is missing, and what nobody writes', async () => {
    const page = await openRun(1);
    const first = acquisition(page, 1);
    await first.getByText('acq0001.BSDATA.h5').waitFor();
    expect(await first.textContent()).toContain('1 of 2 channels');
    expect(await first.textContent()).toContain(`missing: ${UNKNOWN}`);
    expect(await first.textContent()).toContain('nothing here takes them: A-PV');
    await acquisition(page, 2).getByText('second').waitFor();
    await panel(page).getByText('incomplete').waitFor();
    await first.getByRole('link', { name: 'acq0001.BSDATA.h5', exact: true }).click();
    await page.getByRole('complementary', { name: 'Request' }).getByText(UNKNOWN).waitFor();
  });

  it('shows a file of it on screen', async () => {
    const page = await openRun(1);
    await acquisition(page, 2).getByRole('link', { name: 'Open file' }).click();
    await page.getByRole('complementary', { name: 'File' }).getByText(SCALAR).first().waitFor();
  });

  it('acquires again what is lacking, and follows it', async () => {
    const page = await openRun(2);
    const only = acquisition(page, 1);
    await only.getByText('answered HTTP 400').waitFor();
    await panel(page).getByRole('button', { name: 'Acquire again what is lacking' }).click();
    await panel(page).getByText('1 file acquired again, as a new request.').waitFor();
    await panel(page).getByText('complete', { exact: true }).waitFor();
    await only.getByText('written').waitFor();
  });

  it('follows a run that goes on', async () => {
    await retrieve({ channels_list: [SCALAR] });
    const page = await openRun(3);
    await panel(page).getByText('complete', { exact: true }).waitFor();
    await retrieve({ channels_list: [SCALAR], run_number: 3 });
    await acquisition(page, 2).getByText('written').waitFor();
  });

  it('is no wider than a phone, and axe finds nothing in both themes', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const [address, ready] of [
        ['#/runs', PGROUP],
        [`#/runs/${PGROUP}`, 'Run 1'],
        [`#/runs/${PGROUP}/1`, 'Acquisition 2'],
      ] as const) {
        const options = { ...PHONE, colorScheme, bypassCSP: true };
        const page = await openPage(`${beamline.url}/${address}`, options);
        await panel(page).getByText(ready).first().waitFor();
        expect(await findingsOf(page), address).toEqual([]);
        const width = await page.locator('html').evaluate(({ scrollWidth }) => scrollWidth);
        expect(width, address).toBe(390);
      }
    }
  });
});

import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { acquire, call, parametersFor } from '../support/detector.js';
import { Beamline } from '../support/beamline.js';
import { describeInBrowser, openPage } from './support/browser-page.js';

const FIRST = 21_767_262_480;
const SCALAR = 'SIMULATOR-SCALAR-FLOAT64-1';

let beamline: Beamline;

beforeEach(async () => {
  beamline = await Beamline.prepare();
});

afterEach(() => beamline.clear());

const run = (file: string, channels = [SCALAR]) =>
  acquire(beamline.url, parametersFor(file, channels), FIRST, FIRST + 99);

const row = (page: Page, text: string) => page.getByRole('row').filter({ hasText: text });

describeInBrowser('the page of the broker', () => {
  it('says what to do first where nothing was acquired yet', async () => {
    await beamline.broker();
    const page = await openPage(beamline.url);
    await page.getByText('No acquisition yet').waitFor();
    await page.getByText('None connected').waitFor();
    await page.getByText('No writer is connected.').waitFor();
  });

  it('shows an acquisition from its parameters to its files, without being loaded again', async () => {
    await beamline.broker();
    await beamline.writer();
    const page = await openPage(beamline.url);
    const now = page.getByRole('region', { name: 'Now' });
    await now.getByText('stopped').waitFor();
    await page.evaluate(() => Object.assign(globalThis, { isSame: true }));

    const camera = 'SIMULATOR-CAMERA-SMALL:FPICTURE';
    const parameters = parametersFor('run_0042.h5', [SCALAR, camera]);
    await call('POST', `${beamline.url}/parameters`, parameters);
    await now.getByText('configured').waitFor();
    await now.getByText('2 channels').waitFor();
    await call('PUT', `${beamline.url}/start_pulse_id/${FIRST}`);
    await now.getByText('receiving').waitFor();
    await now.getByText('run_0042.h5', { exact: true }).waitFor();
    await now.getByText('Parameters').click();
    await now.getByText('p12345').first().waitFor();
    await call('PUT', `${beamline.url}/stop_pulse_id/${FIRST + 99}`);

    for (const name of ['run_0042.h5', 'run_0042.IMAGES.h5']) {
      const cells = row(page, name);
      await cells.getByText('written').waitFor();
      await cells.getByText('1 of 1').waitFor();
    }
    await now.getByText('stopped').waitFor();
    await now.getByRole('link', { name: /written run_0042\.h5 1 of 1 channel/ }).waitFor();
    expect(await page.evaluate(() => 'isSame' in globalThis)).toBe(true);
  });

  it('names what is missing, and why a file could not be written, in the row', async () => {
    await beamline.broker();
    await beamline.writer();
    const page = await openPage(beamline.url);
    await run('partly.h5', [SCALAR, 'NOBODY-KNOWS:THIS']);
    await run('never.h5', ['SIMULATOR-FAULT-HTTP-400-1-never']);
    await row(page, 'partly.h5').getByText('1 of 2').waitFor();
    await row(page, 'partly.h5').getByText('missing: NOBODY-KNOWS:THIS').waitFor();
    await row(page, 'never.h5').getByText('failed', { exact: true }).waitFor();
    await row(page, 'never.h5').getByText('answered HTTP 400').waitFor();

    // The fault is over: the same again is written.
    await row(page, 'never.h5').getByRole('button', { name: 'Acquire again' }).click();
    await page.getByText('never.h5 is acquired again').waitFor();
    await row(page, 'never.h5').first().getByText('written').waitFor();
    expect(await row(page, 'never.h5').count()).toBe(2);
  });

  it('offers no actions with --page read_only', async () => {
    await beamline.broker('--page', 'read_only');
    await beamline.writer();
    await run('a.h5', ['SIMULATOR-FAULT-HTTP-400-1-read-only']);
    const page = await openPage(beamline.url);
    await row(page, 'a.h5').getByText('failed', { exact: true }).waitFor();
    expect(await page.getByRole('button', { name: /again|curl|cancel/i }).count()).toBe(0);
    expect(await page.getByRole('link', { name: 'Acquire by hand' }).count()).toBe(0);
  });

  it('filters by what the address says, and says in the address what it filters by', async () => {
    await beamline.broker();
    await beamline.writer();
    await run('good.h5');
    await run('bad.h5', ['SIMULATOR-FAULT-HTTP-400-1-filter']);
    const page = await openPage(`${beamline.url}/#/?state=failed`);
    await row(page, 'bad.h5').getByText('failed', { exact: true }).waitFor();
    expect(await row(page, 'good.h5').count()).toBe(0);

    await page.getByRole('link', { name: 'Written', exact: true }).click();
    await row(page, 'good.h5').waitFor();
    await row(page, 'bad.h5').waitFor({ state: 'detached' });
    expect(page.url()).toContain('#/?state=written');

    await page.getByRole('link', { name: 'All', exact: true }).click();
    await page.getByLabel('Search by file or id').fill('BAD');
    await row(page, 'good.h5').waitFor({ state: 'detached' });
    expect(page.url()).toContain('search=BAD');
    await page.getByLabel('Search by file or id').fill('nothing like this');
    await page.getByText('No matching requests').waitFor();
    await page.getByRole('link', { name: 'Show all' }).click();
    await row(page, 'good.h5').waitFor();
  });

  it('says at once that the broker is gone, and finds it again', async () => {
    const broker = await beamline.broker();
    await beamline.writer();
    await run('before.h5');
    const page = await openPage(beamline.url);
    await row(page, 'before.h5').getByText('written').waitFor();
    await broker.end('SIGKILL');
    await page.getByText('No connection to the broker since').waitFor();
    expect(await row(page, 'before.h5').isVisible()).toBe(true);

    await beamline.broker();
    await page.getByText('No connection to the broker since').waitFor({ state: 'detached' });
    await page.getByText('live', { exact: true }).first().waitFor();
    await run('after.h5');
    await row(page, 'after.h5').getByText('written').waitFor();
  });

  it('goes on where a part of it could not be loaded, and loads it on demand', async () => {
    await beamline.broker();
    await beamline.writer();
    await run('some.h5');
    const page = await openPage('about:blank');
    await page.route('**/request-panel-*', (route) => route.abort());
    await page.goto(beamline.url);
    await row(page, 'some.h5').getByRole('link', { name: 'some.h5' }).first().click();
    await page.getByText('The request could not be shown.').waitFor();
    await page.getByRole('region', { name: 'Now' }).getByText('stopped').waitFor();
    await row(page, 'some.h5').getByText('written').waitFor();

    await page.unroute('**/request-panel-*');
    await page.getByRole('button', { name: 'Retry' }).click();
    await page.getByRole('complementary').getByText(SCALAR).first().waitFor();
  });

  it('opens a request while the broker is away, and stays what it is', async () => {
    const broker = await beamline.broker();
    await beamline.writer();
    await run('some.h5');
    const page = await openPage(beamline.url);
    await row(page, 'some.h5').getByText('written').waitFor();
    await broker.end('SIGKILL');
    await page.getByText('No connection to the broker since').waitFor();
    await row(page, 'some.h5').getByRole('link', { name: 'some.h5' }).first().click();
    await page.getByRole('complementary').getByText('Request', { exact: true }).waitFor();
    await page.getByText('No connection to the broker since').waitFor();
    expect(await page.getByRole('region', { name: 'Now' }).isVisible()).toBe(true);
  });

  it('shows a file whose name is HTML as that name', async () => {
    await beamline.broker();
    await beamline.writer();
    const name = '<script>alert(1)<';
    await run(`${name}.h5`, [SCALAR, '<img src=x onerror=alert(2)>']);
    const page = await openPage(beamline.url);
    await row(page, `${name}.h5`).getByText('written').waitFor();
    await row(page, `${name}.h5`).getByText('missing: <img src=x onerror=alert(2)>').waitFor();
    await row(page, `${name}.h5`).getByRole('link', { name }).first().click();
    await page.getByRole('complementary').getByText(`${name}.h5`).first().waitFor();
  });
});

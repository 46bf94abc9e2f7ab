import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { call, parametersFor } from '../support/detector.js';
import { Beamline } from '../support/beamline.js';
import { poll } from '../support/poll.js';
import { describeInBrowser, findingsOf, openPage } from './support/browser-page.js';

const FIRST = 21_767_262_480;
const SCALAR = 'SIMULATOR-SCALAR-FLOAT64-1';
const GAPS = 'SIMULATOR-GAPS';
const SLOW = 'SIMULATOR-10HZ';
const UNKNOWN = 'NOBODY-KNOWS:THIS';
const PHONE = { viewport: { width: 390, height: 844 } };

let beamline: Beamline;
/** Of a request that is written, but not of all channels. */
let partly: string;

beforeAll(async () => {
  beamline = await Beamline.prepare();
  await beamline.broker();
  await beamline.writer('--retries', '0');
  partly = await acquirePast('partly.h5', [SCALAR, GAPS, SLOW, UNKNOWN]);
  await poll(async () => ((await stateOf(partly)) === 'written' ? true : undefined));
});

afterAll(() => beamline.clear());

async function acquirePast(file: string, channels: readonly string[]): Promise<string> {
  const body = {
    ...parametersFor(file, channels),
    start_pulse_id: FIRST,
    stop_pulse_id: FIRST + 299,
  };
  const { code, text, json } = await call('POST', `${beamline.url}/acquisitions`, body);
  if (code !== 200) throw new Error(text);
  return (json.request_ids as string[])[0];
}

async function stateOf(id: string): Promise<unknown> {
  const { json } = await call('GET', `${beamline.url}/requests/${id}`);
  return (json.request as { state: string }).state;
}

const openRequest = (id: string, options = {}) =>
  openPage(`${beamline.url}/#/requests/${id}`, options);

const panel = (page: Page) => page.getByRole('complementary', { name: 'Request' });

const channel = (page: Page, name: string) =>
  panel(page).getByRole('listitem').filter({ hasText: name });

const gaps = (page: Page, name: string) =>
  channel(page, name).locator('rect', { hasText: /^no rows/ });

describeInBrowser('a request', () => {
  it('shows its timeline, and what became of each channel, those that want a look first', async () => {
    const page = await openRequest(partly);
    const steps = panel(page).getByRole('region', { name: 'Timeline' }).getByRole('listitem');
    await steps.last().getByText('written').waitFor();
    expect(await steps.first().textContent()).toContain('recorded');

    const names = panel(page).getByRole('list').last().getByRole('listitem');
    await names.nth(3).waitFor();
    expect(await names.nth(0).textContent()).toContain(UNKNOWN);
    expect(await names.nth(0).textContent()).toContain('missing');
    expect(await names.nth(1).textContent()).toMatch(/SIMULATOR-GAPS.* of 300 rows/);
  });

  it('shows gaps where rows are missing, and none in a channel that is slow', async () => {
    const page = await openRequest(partly);
    await poll(async () => ((await gaps(page, GAPS).count()) > 1 ? true : undefined));
    expect(await gaps(page, GAPS).first().textContent()).toMatch(/no rows: about pulses 21.767.\d/);
    expect(await gaps(page, SCALAR).count()).toBe(0);
    expect(await gaps(page, SLOW).count()).toBe(0);
  });

  it('finds channels by name and by what became of them', async () => {
    const page = await openRequest(partly);
    await channel(page, SCALAR).waitFor();
    await panel(page).getByLabel('Search channels').fill('10hz');
    await channel(page, SCALAR).waitFor({ state: 'detached' });
    await channel(page, SLOW).waitFor();
    await panel(page).getByLabel('Search channels').fill('');
    await panel(page).getByRole('button', { name: '1 missing' }).click();
    await channel(page, SLOW).waitFor({ state: 'detached' });
    await channel(page, UNKNOWN).waitFor();
  });

  it('shows the parameters as they were recorded', async () => {
    const page = await openRequest(partly);
    await panel(page).getByText('Parameters').click();
    await panel(page).getByText('p12345').waitFor();
    await panel(page).getByText('SARES20').waitFor();
  });

  it('says why it failed, and goes on to the new one when it is acquired again', async () => {
    const failed = await acquirePast('never.h5', ['SIMULATOR-FAULT-HTTP-400-1-panel']);
    const page = await openRequest(failed);
    const note = panel(page).getByRole('region', { name: 'Why it failed' });
    await note.getByText('answered HTTP 400').waitFor();
    await note.getByText('never.h5.err').waitFor();
    await panel(page).getByRole('button', { name: 'Acquire again' }).click();
    await panel(page).getByText('Repeat of').waitFor();
    await panel(page).getByText('written').first().waitFor();
    expect(page.url()).not.toContain(failed);
  });

  it('says when it is tried again by itself, and cancels it', async () => {
    const healing = await acquirePast('healing.h5', ['SIMULATOR-FAULT-HTTP-500-1000-panel']);
    const page = await openRequest(healing);
    await panel(page).getByText('Retried automatically').waitFor();
    await panel(page).getByRole('button', { name: 'Cancel' }).click();
    await panel(page).getByText('cancelled').first().waitFor();
    await poll(async () => ((await stateOf(healing)) === 'recorded' ? true : undefined));
  });

  it('says what is wrong with an address of no request', async () => {
    const page = await openRequest(randomUUID());
    await panel(page).getByRole('alert').getByText('is not among the last').waitFor();
  });

  it('shows 30,000 channels, of which few are in the page', async () => {
    const page = await openPage(beamline.url);
    const id = randomUUID();
    await page.route(`**/requests/${id}`, (route) =>
      route.fulfill({ json: requestOf(id, 30_000) }),
    );
    await page.goto(`${beamline.url}/#/requests/${id}`);
    await panel(page).getByText('30\u202F000').first().waitFor();
    await channel(page, 'CHANNEL-00000').waitFor();
    expect(await panel(page).getByRole('listitem').count()).toBeLessThan(100);
    await channel(page, 'CHANNEL-00000').scrollIntoViewIfNeeded();
    await panel(page)
      .locator('article')
      .evaluate((article) => {
        const { parentElement: scroller } = article as unknown as Scrolled;
        scroller.scrollTop = scroller.scrollHeight;
      });
    await channel(page, 'CHANNEL-29999').waitFor();
    await panel(page).getByLabel('Search channels').fill('channel-15000');
    await channel(page, 'CHANNEL-15000').waitFor();
  });

  it('offers nothing to do where the page is for looking only', async () => {
    const page = await openPage(beamline.url);
    await page.route('**/overview', async (route) => {
      const reply = await route.fetch();
      const body = (await reply.json()) as { overview: object };
      const overview = { ...body.overview, page: 'read_only' };
      await route.fulfill({ response: reply, json: { ...body, overview } });
    });
    await page.goto(`${beamline.url}/#/requests/${partly}`);
    await channel(page, SCALAR).waitFor();
    await panel(page).getByRole('link', { name: 'Open file' }).waitFor();
    await panel(page).getByRole('button', { name: 'Acquire again' }).waitFor({ state: 'detached' });
    expect(
      await panel(page)
        .getByRole('button', { name: /again|curl|cancel/i })
        .count(),
    ).toBe(0);
    await page.goto(`${beamline.url}/#/acquire`);
    await page.getByText('is read-only').waitFor();
    expect(await page.getByRole('button', { name: 'Acquire', exact: true }).count()).toBe(0);
  });

  it('is no wider than a phone, and axe finds nothing in both themes', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await openRequest(partly, { ...PHONE, colorScheme, bypassCSP: true });
      await channel(page, SCALAR).waitFor();
      await panel(page).getByText('Parameters').click();
      await panel(page).getByText('p12345').waitFor();
      expect(await findingsOf(page)).toEqual([]);
      const width = await page.locator('html').evaluate(({ scrollWidth }) => scrollWidth);
      expect(width).toBe(390);
    }
  });
});

interface Scrolled {
  readonly parentElement: { scrollTop: number; readonly scrollHeight: number };
}

/** What the broker says of a request of many channels. */
function requestOf(id: string, count: number) {
  const channels = Array.from({ length: count }, (_, index) => ({
    name: `CHANNEL-${String(index).padStart(5, '0')}`,
    rows: 300,
    missing_pulses: 0,
    first_pulse_id: FIRST,
    last_pulse_id: FIRST + 299,
    problems: [],
  }));
  const head = {
    request_id: id,
    state: 'written',
    time: 1_795_511_701,
    accepted: 1_795_511_700,
    attempt: 1,
    output_file: '/sf/many.h5',
    start_pulse_id: FIRST,
    stop_pulse_id: FIRST + 299,
    channels_asked: count,
    channels_written: count,
    rows: count * 300,
  };
  const report = { ...head, attempts: 1, channels, not_requested: [], seconds: 1 };
  const history = [{ time: head.time, state: 'written', attempt: 1 }];
  return { state: 'ok', status: 'stopped', request: { ...head, history, report } };
}

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { call } from '../support/detector.js';
import { Beamline } from '../support/beamline.js';
import { describeInBrowser, findingsOf, openPage } from './support/browser-page.js';

const FIRST = 21_767_262_480;

let beamline: Beamline;

beforeAll(async () => {
  beamline = await Beamline.prepare();
  await beamline.broker('--channel_search_url', new URL('.', beamline.dataApi).href);
  await beamline.writer();
});

afterAll(() => beamline.clear());

const openForm = (options = {}) => openPage(`${beamline.url}/#/acquire`, options);

const field = (page: Page, name: string) => page.getByLabel(name, { exact: true });

const acquire = (page: Page) => page.getByRole('button', { name: 'Acquire', exact: true }).click();

async function fillIn(page: Page, file: string): Promise<void> {
  await field(page, 'File').fill(file);
  await field(page, 'First pulse').fill(String(FIRST));
  await field(page, 'Last pulse').fill(String(FIRST + 99));
  await field(page, 'User').fill('p12345');
  await field(page, 'Instrument').fill('SARES20');
}

describeInBrowser('acquire by hand', () => {
  it('writes a file of channels that are searched and typed, by keyboard alone', async () => {
    const page = await openForm();
    await fillIn(page, 'by_hand.h5');
    await field(page, 'Channels').focus();
    await page.keyboard.type('scalar-float');
    await page.getByRole('option', { name: 'SIMULATOR-SCALAR-FLOAT32-1' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('listbox').waitFor({ state: 'detached' });
    await page.keyboard.type('NOBODY-KNOWS:THIS');
    await page.keyboard.press('Enter');
    await page.getByText('2 channels').waitFor();
    await page.getByRole('button', { name: 'Acquire', exact: true }).focus();
    await page.keyboard.press('Enter');

    const panel = page.getByRole('complementary', { name: 'Request' });
    await panel.getByText('by_hand.h5').first().waitFor();
    await panel.getByText('1 of 2').waitFor();
    const [head] = (await call('GET', `${beamline.url}/requests?search=by_hand`)).json
      .requests as Record<string, unknown>[];
    expect(head).toMatchObject({ start_pulse_id: FIRST, stop_pulse_id: FIRST + 99, rows: 100 });
  });

  it('takes a pasted list, however long it is', async () => {
    const page = await openForm();
    const names = Array.from({ length: 50_002 }, (_, index) => `A-CHANNEL:${index}`);
    await field(page, 'Channels').evaluate(pasteInto, `# mine\n${names.join('\n')}\n`);
    await page.getByText('50\u202F002 channels').waitFor();
    expect(await page.getByRole('button', { name: /^Remove A-/ }).count()).toBeLessThan(50);
    await page.getByRole('button', { name: 'Remove A-CHANNEL:0', exact: true }).click();
    await page.getByText('50\u202F001 channels').waitFor();
    await fillIn(page, 'too_many.h5');
    await acquire(page);
    await page.getByRole('alert').getByText('at most 50000').waitFor();
    await page.getByRole('button', { name: 'Remove all' }).click();
    await page.getByText('Leave empty to use').waitFor();
  });

  it('says at the field what is wrong with it', async () => {
    const page = await openForm();
    await fillIn(page, '/nowhere/at_all.h5');
    await field(page, 'Channels').fill('SIMULATOR-PULSE-ID');
    await page.keyboard.press('Enter');
    await acquire(page);
    await page.getByRole('alert').getByText('lies outside the output roots').waitFor();
    expect(await field(page, 'File').getAttribute('aria-invalid')).toBe('true');
    await field(page, 'File').fill('inside.h5');
    await field(page, 'First pulse').fill('soon');
    await acquire(page);
    await page.getByRole('alert').getByText('Enter a whole number').waitFor();
    expect(await field(page, 'First pulse').getAttribute('aria-invalid')).toBe('true');
    expect(await field(page, 'File').getAttribute('aria-invalid')).toBe('false');
  });

  it('marks all that is missing at once', async () => {
    const page = await openForm();
    await acquire(page);
    await page.getByText('Enter a file name.').waitFor();
    expect(await page.getByText('Enter a whole number, 0 or more.').count()).toBe(2);
    await page.keyboard.type('focused.h5');
    expect(await field(page, 'File').inputValue()).toBe('focused.h5');
  });

  it('asks before it replaces a file', async () => {
    const page = await openForm({ bypassCSP: true });
    const count = async () =>
      (await call('GET', `${beamline.url}/requests?search=by_hand`)).json.requests as unknown[];
    await fillIn(page, 'by_hand.h5');
    await field(page, 'Channels').fill('SIMULATOR-PULSE-ID');
    await page.keyboard.press('Enter');
    await acquire(page);
    const question = page.getByRole('dialog', { name: /by_hand\.h5 exists \(1 channel, written/ });
    await question.waitFor();
    expect(await findingsOf(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await question.waitFor({ state: 'detached' });
    expect(await count()).toHaveLength(1);
    await acquire(page);
    await question.getByRole('button', { name: 'Replace' }).click();
    await page
      .getByRole('complementary', { name: 'Request' })
      .getByText('written', { exact: true })
      .first()
      .waitFor();
    expect(await count()).toHaveLength(2);
    const [, before] = (await count()) as { readonly request_id: string }[];
    await page.goto(`${beamline.url}/#/requests/${before.request_id}`);
    await page.getByRole('region', { name: 'Replaced' }).waitFor();
  });

  it('takes the range by its length, and starts with that of the newest request', async () => {
    const page = await openForm();
    await page.getByRole('button', { name: 'Pulses of by_hand.h5' }).click();
    expect(await field(page, 'First pulse').inputValue()).toBe(String(FIRST));
    await page.getByRole('button', { name: 'Enter a count instead' }).click();
    expect(await field(page, 'Number of pulses').inputValue()).toBe('100');
    await field(page, 'Number of pulses').fill('200');
    await page.getByText('200 pulses, 2.0 s at 100 Hz').waitFor();
    expect(await field(page, 'User').inputValue()).toBe('p12345');
  });

  it('fits on a phone, and axe finds nothing, whether the list is open or not', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const viewport = { width: 390, height: 844 };
      const page = await openForm({ viewport, colorScheme, bypassCSP: true });
      await field(page, 'Channels').fill('SIMULATOR');
      await page.getByRole('listbox').getByRole('option').first().waitFor();
      await page.keyboard.press('ArrowDown');
      expect(await findingsOf(page)).toEqual([]);
      await page.getByRole('button', { name: /^Add all/ }).click();
      await page.getByRole('listbox').waitFor({ state: 'detached' });
      expect(await findingsOf(page)).toEqual([]);
      const width = await page.locator('html').evaluate(({ scrollWidth }) => scrollWidth);
      expect(width).toBe(390);
    }
  });
});

/** As if a text were pasted; the clipboard itself belongs to all pages of the browser. */
function pasteInto(element: unknown, text: string): void {
  const { DataTransfer, ClipboardEvent } = globalThis as unknown as Pasting;
  const clipboardData = new DataTransfer();
  clipboardData.setData('text', text);
  const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
  (element as { dispatchEvent(event: unknown): void }).dispatchEvent(event);
}

interface Pasting {
  readonly DataTransfer: new () => { setData(type: string, text: string): void };
  readonly ClipboardEvent: new (type: string, options: object) => unknown;
}

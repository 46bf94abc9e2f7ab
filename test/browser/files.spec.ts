import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { call, parametersFor } from '../support/detector.js';
import { Beamline } from '../support/beamline.js';
import { poll } from '../support/poll.js';
import { describeInBrowser, findingsOf, openPage } from './support/browser-page.js';
import { drawnIn } from './support/picture.js';

const FIRST = 21_767_262_480;
const CAMERA = 'SIMULATOR-CAMERA-SMALL:FPICTURE';
const WAVEFORM = 'SIMULATOR-WAVEFORM-FLOAT32-1024-1';
const SCALAR = 'SIMULATOR-SCALAR-FLOAT64-1';
const ODD_NAME = '<script>alert(1)<script>&%20.h5';

/** Ends of the colour map of H5Web: where the least and where the most is. */
const LEAST = [68, 1, 84] as const;
const MOST = [253, 231, 37] as const;
/** A line of a plot. */
const LINE = [0, 0, 139] as const;

let beamline: Beamline;

beforeAll(async () => {
  beamline = await Beamline.prepare();
  await beamline.broker();
  await beamline.writer();
  for (const [file, channels] of [
    ['run_0042.h5', [CAMERA, WAVEFORM, SCALAR]],
    [ODD_NAME, [SCALAR]],
  ] as const) {
    const reply = await call('POST', `${beamline.url}/acquisitions`, {
      ...parametersFor(file, channels),
      start_pulse_id: FIRST,
      stop_pulse_id: FIRST + 99,
    });
    if (reply.code !== 200) throw new Error(reply.text);
  }
  await poll(async () => {
    const { json } = await call('GET', `${beamline.url}/requests?state=written`);
    return (json.requests as unknown[]).length === 3 || undefined;
  });
});

afterAll(() => beamline.clear());

const addressOf = (file: string, path?: string) =>
  `${beamline.url}/#/files?${new URLSearchParams({ file, ...(path && { path }) }).toString()}`;

const openFile = (name: string, path?: string) => openPage(addressOf(beamline.file(name), path));

/** What H5Web has drawn. */
const plot = (page: Page) => page.locator('canvas[data-engine]').first();

describeInBrowser('a file on screen', () => {
  it('plots an image by itself, dark where it is dark, and bright where it is bright', async () => {
    const page = await openFile('run_0042.IMAGES.h5');
    await page.getByText(CAMERA).first().waitFor();
    await plot(page).waitFor();
    const query = { file: beamline.file('run_0042.IMAGES.h5'), path: `/data/${CAMERA}/data` };
    const data = await call(
      'GET',
      `${beamline.url}/files/data?${new URLSearchParams({ ...query, selection: '0,:,:', format: 'json', flatten: 'true' }).toString()}`,
    );
    const values = data.json as unknown as number[];
    const brightest = values.indexOf(Math.max(...values));

    const [dark, bright] = await poll(async () => {
      const found = [await drawnIn(page, plot(page), LEAST), await drawnIn(page, plot(page), MOST)];
      return found[0].pixels > 1000 && found[1].pixels > 10 ? found : undefined;
    });

    // The image is 160 × 120, its first row at the bottom.
    const x = dark.left + ((brightest % 160) + 0.5) * ((dark.right - dark.left) / 160);
    const row = Math.floor(brightest / 160) + 0.5;
    const y = dark.bottom - row * ((dark.bottom - dark.top) / 120);
    expect(Math.abs(bright.x - x)).toBeLessThan(12);
    expect(Math.abs(bright.y - y)).toBeLessThan(12);
  });

  it('plots a waveform and a scalar, each as a line from end to end', async () => {
    for (const [channel, isImage] of [
      [WAVEFORM, true],
      [SCALAR, false],
    ] as const) {
      const page = await openFile('run_0042.h5', `/data/${channel}`);
      await page.getByText(channel).first().waitFor();
      // Its waveforms one above the other are an image, too.
      if (isImage) await page.getByRole('tab', { name: 'NX Line' }).click();
      await plot(page).waitFor();
      const { width } = (await plot(page).boundingBox())!;
      const { columns } = await poll(async () => {
        const line = await drawnIn(page, plot(page), LINE, 160);
        return line.columns > width * 0.9 ? line : undefined;
      });
      expect(columns).toBeLessThanOrEqual(width);
    }
  });

  it('shows numbers with all their digits', async () => {
    const page = await openFile('run_0042.h5', `/data/${SCALAR}/pulse_id`);
    await page.getByRole('tab', { name: 'Matrix' }).click();
    await page.getByText(String(FIRST)).first().waitFor();
  });

  it('exports what is shown', async () => {
    const page = await openFile('run_0042.h5', `/data/${SCALAR}`);
    await plot(page).waitFor();
    await page.getByText('Export', { exact: true }).click();
    const download = page.waitForEvent('download');
    await page.getByText('Export to NPY').click();
    await (await download).saveAs(beamline.file('channel.npy'));
    expect(readFileSync(beamline.file('channel.npy')).subarray(1, 6).toString()).toBe('NUMPY');
  });

  it('is opened from its request, and its channels as text', async () => {
    const page = await openPage(`${beamline.url}/#/?search=run_0042.h5`);
    await page.getByRole('link', { name: 'run_0042.h5', exact: true }).first().click();
    const panel = page.getByRole('complementary');
    const download = page.waitForEvent('download');
    await panel.getByRole('link', { name: `${SCALAR} as CSV` }).click();
    await (await download).saveAs(beamline.file('channel.csv'));
    expect(readFileSync(beamline.file('channel.csv'), 'utf8')).toContain(String(FIRST));
    await panel.getByRole('link', { name: SCALAR, exact: true }).click();
    await panel.getByText('Display').waitFor();
    expect(page.url()).toContain('#/files?');
  });

  it('opens whatever its name is', async () => {
    const page = await openFile(ODD_NAME);
    await page.getByText(ODD_NAME, { exact: true }).first().waitFor();
    await page.getByText('Display').waitFor();
  });

  it('says why a file can’t be shown', async () => {
    mkdirSync(beamline.output, { recursive: true });
    writeFileSync(beamline.file('damaged.h5'), '\x89HDF\r\n\x1a\n and nothing more');
    for (const [file, title, said] of [
      [beamline.file('nowhere.h5'), 'File not found', 'It appears once written'],
      ['/etc/passwd', 'Not allowed', 'Permission denied'],
      [beamline.file('damaged.h5'), 'Can’t be read', 'damaged.h5'],
    ] as const) {
      const page = await openPage(addressOf(file));
      const alert = page.getByRole('alert').filter({ hasText: title });
      await alert.getByText(said).waitFor();
    }
  });

  it('follows the colours of the page', async () => {
    const page = await openFile('run_0042.h5');
    await page.getByText('Display').waitFor();
    const background = () =>
      page.locator('[data-fullscreen-root]').evaluate((element) => {
        const style = (globalThis as unknown as Styles).getComputedStyle(element);
        return `${style.filter} ${style.backgroundColor}`;
      });
    expect(await background()).toBe('none rgb(255, 255, 255)');
    await page.emulateMedia({ colorScheme: 'dark' });
    // It is made anew.
    await poll(async () => ((await background()).startsWith('invert') ? true : undefined));
  });

  it('fits on a phone, and axe finds nothing in both themes', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const viewport = { width: 390, height: 844 };
      const page = await openPage(addressOf(beamline.file('run_0042.h5')), {
        ...{ viewport, colorScheme, bypassCSP: true },
      });
      await plot(page).waitFor();
      await page.getByRole('radio', { name: 'Display' }).waitFor();
      expect(await findingsOf(page)).toEqual([]);
      const width = await page.locator('html').evaluate(({ scrollWidth }) => scrollWidth);
      expect(width).toBe(390);
    }
  });
});

interface Styles {
  getComputedStyle(element: unknown): { filter: string; backgroundColor: string };
}

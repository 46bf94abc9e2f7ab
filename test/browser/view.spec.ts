import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { acquire, call, parametersFor } from '../support/detector.js';
import { Beamline } from '../support/beamline.js';
import { poll } from '../support/poll.js';
import { describeInBrowser, findingsOf, openPage } from './support/browser-page.js';

const FIRST = 21_767_262_480;
const SCALAR = 'SIMULATOR-SCALAR-FLOAT64-1';

let beamline: Beamline;
/** Addresses of a folder and of one of its files. */
let folder: string;
let file: string;

beforeAll(async () => {
  beamline = await Beamline.prepare();
  await beamline.broker();
  await beamline.writer();
  mkdirSync(beamline.output, { recursive: true });
  for (const name of ['run_0001.h5', 'below.h5']) {
    await acquire(beamline.url, parametersFor(name, [SCALAR]), FIRST, FIRST + 99);
  }
  await poll(async () => {
    const { json } = await call('GET', `${beamline.url}/requests?state=written`);
    return (json.requests as unknown[]).length === 2 || undefined;
  });
  mkdirSync(beamline.file('p1'));
  renameSync(beamline.file('below.h5'), join(beamline.file('p1'), 'below.h5'));
  writeFileSync(beamline.file('notes.txt'), 'no HDF5');
  folder = await viewOf(beamline.output);
  file = await viewOf(beamline.file('run_0001.h5'));
});

afterAll(() => beamline.clear());

/** The address that `sf-databuffer view` prints. */
async function viewOf(path: string): Promise<string> {
  const view = beamline.run('view', path);
  return view.until(() => /http:\S+/.exec(view.output)?.[0]);
}

describeInBrowser('sf-databuffer view', () => {
  it('lists the files of a folder and of those in it, and shows one beside the list', async () => {
    const page = await openPage(folder);
    const list = page.getByRole('navigation', { name: 'Files' });
    await list.getByRole('link', { name: 'p1/' }).waitFor();
    expect(await list.getByText('notes.txt').count()).toBe(0);
    await list.getByRole('link', { name: 'run_0001.h5' }).click();
    await page.getByText('Display').waitFor();
    await page.getByText(SCALAR).first().waitFor();

    await list.getByRole('link', { name: 'p1/' }).click();
    await list.getByRole('link', { name: 'below.h5' }).click();
    await page.getByText('Display').waitFor();
    await list.getByRole('link', { name: 'Up' }).click();
    await list.getByRole('link', { name: 'run_0001.h5' }).waitFor();
    await list.getByLabel('Search files').fill('nothing');
    await list.getByText('No file name matches.').waitFor();
  });

  it('shows a single file at once', async () => {
    const page = await openPage(file);
    await page.getByText('Display').waitFor();
    await page.getByText(SCALAR).first().waitFor();
    expect(await page.getByRole('navigation', { name: 'Files' }).count()).toBe(0);
  });

  it('shows list or file on a phone, and axe finds nothing', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const viewport = { width: 390, height: 844 };
      const page = await openPage(folder, { viewport, colorScheme, bypassCSP: true });
      await page.getByRole('link', { name: 'run_0001.h5' }).waitFor();
      expect(await findingsOf(page)).toEqual([]);
      await page.getByRole('link', { name: 'run_0001.h5' }).click();
      await page.getByRole('radio', { name: 'Display' }).waitFor();
      expect(await findingsOf(page)).toEqual([]);
      await page.getByRole('link', { name: 'All files' }).click();
      await page.getByRole('link', { name: 'p1/' }).waitFor();
    }
  });
});

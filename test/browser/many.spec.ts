import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeTrail } from '../../bench/long-trail.js';
import { call } from '../support/detector.js';
import { Beamline } from '../support/beamline.js';
import { poll } from '../support/poll.js';
import { describeInBrowser, openPage } from './support/browser-page.js';
import { EventsProxy } from './support/events-proxy.js';

const REQUESTS = 100_000;
const EVENTS = 10_000;
const A_MINUTE_MS = 60_000;
const NEW_EACH = 200;
/** To write so many lines, and read them, on a machine that does much else. */
const LONG_MS = 300_000;
/** Far more than are in sight, far less than there are. */
const ROWS_DRAWN = 100;

let beamline: Beamline;

beforeAll(async () => {
  beamline = await Beamline.prepare();
  writeTrail(beamline.trail, 'settled', REQUESTS, ['A']);
  await beamline.broker();
}, LONG_MS);

afterAll(() => beamline.clear());

const link = (page: Page, name: string) =>
  page.getByRole('table').getByRole('link', { name, exact: true });

describeInBrowser('a page of 100,000 requests', () => {
  it('shows any place of the list, and draws what is in sight alone', async () => {
    const page = await openPage(beamline.url);
    await page.getByText('100 000 requests').waitFor();
    await link(page, 'run_99999.h5').waitFor();
    await page.evaluate('scrollBy(0, 46 * 50000)');
    await page
      .getByText(/^run_(49|50)\d\d\d\.h5$/)
      .first()
      .waitFor();
    await link(page, 'run_99999.h5').waitFor({ state: 'detached' });
    expect(await page.getByRole('row').count()).toBeLessThan(ROWS_DRAWN);

    await page
      .getByText(/^run_(49|50)\d\d\d\.h5$/)
      .first()
      .focus();
    await page.keyboard.press('End');
    await link(page, 'run_0.h5').waitFor();
    await page.keyboard.press('Home');
    await link(page, 'run_99999.h5').waitFor();
  });

  it('finds a file among all of them, at each letter', async () => {
    const page = await openPage(beamline.url);
    await link(page, 'run_99999.h5').waitFor();
    await page.getByLabel('Search by file or id').pressSequentially('run_4711.h5');
    await link(page, 'run_4711.h5').waitFor();
    await page.getByText('1 request', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Failed', exact: true }).click();
    await page.getByText('No matching requests').waitFor();
  });

  it('counts what is new while one reads further down, and leaves the rows where they are', async () => {
    const page = await openPage(beamline.url);
    await link(page, 'run_99999.h5').waitFor();
    await page.evaluate('scrollBy(0, 46 * 1000)');
    await link(page, 'run_99999.h5').waitFor({ state: 'detached' });
    const row = link(page, 'run_98990.h5');
    const before = await row.boundingBox();
    const { json } = await call('GET', `${beamline.url}/requests?limit=1`);
    const [{ request_id: id }] = json.requests as { request_id: string }[];
    const { json: reply } = await call('GET', `${beamline.url}/requests/${id}/line`);
    const line = reply.line as { parameters: string };
    const parameters = { ...JSON.parse(line.parameters), output_file: beamline.file('new.h5') };
    const again = { ...line, parameters: JSON.stringify(parameters) };
    expect((await call('POST', `${beamline.url}/requests`, again)).text).toContain('request_id');
    await page.getByRole('button', { name: '1 new' }).waitFor();
    expect(await row.boundingBox()).toEqual(before);
    await page.getByRole('button', { name: '1 new' }).click();
    await link(page, 'new.h5').waitFor();
  });

  it('keeps up with 10,000 events a minute, and stays usable meanwhile', async () => {
    const proxy = new EventsProxy(beamline.url);
    try {
      const page = await openPage(await proxy.listen());
      await link(page, 'run_99999.h5').waitFor();
      await poll(() => proxy.followers > 0 || undefined);
      const { json } = await call('GET', `${beamline.url}/requests?limit=100`);
      const heads = json.requests as { sequence: number }[];
      const use = new AbortController();
      let sent = 0;
      const began = performance.now();
      // Six times as many, until all of it was done that somebody does here.
      const storm = async () => {
        while (!use.signal.aborted || sent < EVENTS) {
          const due = ((performance.now() - began) / A_MINUTE_MS) * 6 * EVENTS;
          for (; sent < due; sent++) {
            const head = { ...heads[sent % heads.length], state: 'writing', rows: sent };
            // The broker knows none of the new ones, so there are few: the list is not fetched anew.
            const isNew = sent % NEW_EACH === 0;
            const number = heads[0].sequence + 1 + sent;
            const made = { request_id: `new-${sent}`, sequence: number, accepted: number / 1000 };
            proxy.send(
              'state',
              isNew ? { ...head, ...made, output_file: `/new_${sent}.h5` } : head,
            );
          }
          await sleep(10);
        }
      };
      const over = storm();
      // Rows stay where they are under a pointer that moves.
      const { x, y } = (await page.getByRole('row').nth(8).boundingBox())!;
      await page.mouse.move(x + 200, y + 20, { steps: 5 });
      await page.mouse.click(x + 200, y + 20);
      await page.getByRole('complementary', { name: 'Request' }).waitFor();
      await page.keyboard.press('Escape');
      await page.keyboard.press('/');
      await page.keyboard.type('run_4711.h5');
      await link(page, 'run_4711.h5').waitFor();
      await page.keyboard.press('Escape');
      await link(page, 'run_99999.h5').waitFor();
      use.abort();
      await over;
      // It comes after all others, and goes on top.
      const last = { request_id: 'last', sequence: heads[0].sequence + 1 + sent };
      proxy.send('state', { ...heads[0], ...last, output_file: '/last.h5' });
      await link(page, 'last.h5').waitFor();
      expect(await page.getByRole('row').count()).toBeLessThan(ROWS_DRAWN);
    } finally {
      proxy.close();
    }
  });
});

import { afterEach, beforeEach, expect, it } from 'vitest';
import { acquire, parametersFor } from '../support/detector.js';
import { Beamline } from '../support/beamline.js';
import { poll } from '../support/poll.js';
import { describeInBrowser, openPage } from './support/browser-page.js';
import { EventsProxy } from './support/events-proxy.js';

const FIRST = 21_767_262_480;
/** Browsers allow six connections to a server. */
const TABS = 8;

let beamline: Beamline;
let proxy: EventsProxy | undefined;

beforeEach(async () => {
  beamline = await Beamline.prepare();
});

afterEach(() => {
  proxy?.close();
  proxy = undefined;
  return beamline.clear();
});

describeInBrowser('many tabs of the page', () => {
  it('are all live', async () => {
    await beamline.broker();
    await beamline.writer();
    const page = await openPage(beamline.url);
    const tabs = [page];
    for (let each = 1; each < TABS; each++) {
      const tab = await page.context().newPage();
      await tab.goto(beamline.url);
      await tab.getByText('No acquisition yet').waitFor();
      tabs.push(tab);
    }
    await acquire(
      beamline.url,
      parametersFor('seen.h5', ['SIMULATOR-SCALAR-FLOAT64-1']),
      FIRST,
      FIRST + 99,
    );
    for (const tab of tabs) {
      await tab.getByText('live', { exact: true }).first().waitFor();
      const row = tab.getByRole('row').filter({ hasText: 'seen.h5' });
      await row.getByText('written').waitFor();
    }
  });

  it('share one stream, which ends with the last of them', async () => {
    await beamline.broker();
    proxy = new EventsProxy(beamline.url);
    const url = await proxy.listen();
    const first = await openPage(url);
    await first.getByText('live', { exact: true }).first().waitFor();
    const second = await first.context().newPage();
    await second.goto(url);
    await second.getByText('live', { exact: true }).first().waitFor();
    expect(proxy.followers).toBe(1);
    await first.close();
    const head = { request_id: 'told', sequence: 1, state: 'queued', time: 0, accepted: 0 };
    proxy.send('state', { ...head, attempt: 1, output_file: '/sf/told.h5' });
    await second.getByText('told.h5').first().waitFor();
    await second.close();
    await poll(async () => (proxy!.followers === 0 ? true : undefined));
  });
});
